"""A scenario compiled to a list of NumPy calls, for `planner.core.machine`."""
