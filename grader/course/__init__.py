"""Reads and checks ``assignments/`` and ``solutions/``; cuts stubs from masters."""

from grader.course.folders import Course, CourseAssignment, find_course, find_handout
from grader.course.manifest import MANIFEST_NAME, read_manifest

__all__ = ["MANIFEST_NAME", "Course", "CourseAssignment", "find_course", "find_handout", "read_manifest"]
