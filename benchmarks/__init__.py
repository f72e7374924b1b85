"""A command for every figure in README and docs; each module says in its docstring how to run it."""
