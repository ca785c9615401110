"""How the value of an option is distributed, and how distributions compare."""
