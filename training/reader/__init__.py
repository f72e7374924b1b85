"""Trains the reader of this folder on questions with passages that answer them and passages that do not."""
