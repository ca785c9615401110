"""What the parts of a change do, for `planner.analyses.comparison`."""
