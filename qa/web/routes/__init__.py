"""The handlers of requests, and the table of all routes."""
