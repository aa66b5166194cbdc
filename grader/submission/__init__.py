"""Turns whatever was handed in into submissions."""

from grader.submission.collecting import collect, holds_hand_ins
from grader.submission.naming import folder_name, folder_names
from grader.submission.reading import read_submission

__all__ = ["collect", "folder_name", "folder_names", "holds_hand_ins", "read_submission"]
