"""Whole strategies: counted, ranked, weighed by two criteria."""
