"""The commands behind every figure in README and docs."""
