"""Games between actors, and where they could meet."""
