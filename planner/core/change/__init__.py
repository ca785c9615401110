"""Changes of a scenario's text: edits by span, names and where they are used, the canonical layout."""
