"""The tree as rows of text."""
