"""The one place that wires the subsystems: scrape → stage → sync → follow up, and the public classes."""
