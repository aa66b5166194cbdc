"""The one gate to an audience: what it may see of a grade, in words from the catalogue."""

from grader.feedback.gate import show_internal_error, show_to, show_unreadable

__all__ = ["show_internal_error", "show_to", "show_unreadable"]
