"""The sample portal: its homes, what it shows each day, its pages and its server."""
