"""Feedback to HTML and to the terminal."""
