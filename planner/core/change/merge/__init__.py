"""Three-way merge of scenario texts by meaning; `merge` in `planner.core.change.merge.merging` is the door."""
