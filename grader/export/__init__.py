"""Feedback to the formats of other programs, one file per target."""

from grader.export.grades import grades_csv
from grader.export.junit import junit_xml
from grader.export.result import result_json

__all__ = ["grades_csv", "junit_xml", "result_json"]
