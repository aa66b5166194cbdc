"""Frozen facts that pass from stage to stage; no I/O, no imports of other packages of grader."""
