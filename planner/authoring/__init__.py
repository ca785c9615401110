"""Writing a new scenario: from templates, or from what somebody answered. Pure: texts in, a text out."""
