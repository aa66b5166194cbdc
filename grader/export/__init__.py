"""Feedback to the formats of other programs, one file per target."""
