"""Reads and checks ``assignments/`` and ``solutions/``; cuts stubs from masters."""

from grader.course.folders import Course, CourseAssignment, find_course
from grader.course.manifest import read_manifest

__all__ = ["Course", "CourseAssignment", "find_course", "read_manifest"]
