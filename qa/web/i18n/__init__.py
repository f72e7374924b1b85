"""The interface's words, in each of its languages."""
