"""The demo: a sample portal on loopback, scraped on four days."""
