"""An index that changes while it answers, and what its readers keep and say."""
