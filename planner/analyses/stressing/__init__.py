"""How options stand up in named futures and anywhere in the ranges."""
