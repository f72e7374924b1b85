"""Who may use the server, and how often."""
