"""A server's index that changes while it answers, and its users' conversations, feedback and uploads."""
