"""An automated exercise grader for deep-learning courses.

This package root imports nothing; its packages and their layers are described in ``grader/ARCHITECTURE.md``.
"""
