"""What git knows about scenario files, asked through git's own program."""

from __future__ import annotations

from planner.history.repository import Change, Commit, Repository
from planner.history.revisions import source_at
from planner.history.state import GitState, blob_id, git_state
from planner.history.uncommitted import uncommitted

__all__ = ["Change", "Commit", "GitState", "Repository", "blob_id", "git_state", "source_at", "uncommitted"]
