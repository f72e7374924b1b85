"""An index on disk: built, updated and opened."""
