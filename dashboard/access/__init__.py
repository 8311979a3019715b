"""Who may see the dashboard and who may decide, where a request may come from, and how often."""
