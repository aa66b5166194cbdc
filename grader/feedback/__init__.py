"""The one gate to an audience: what it may see of a grade, in words from the catalogue."""
