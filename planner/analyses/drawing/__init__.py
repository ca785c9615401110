"""How numbers are drawn, and what many draws come to."""
