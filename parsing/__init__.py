"""Text → value → staged row: pure, the same for pages and files."""
