"""The single home of the pytest plugin (entry point ``grader``): inert unless a hand-in is being judged."""

from __future__ import annotations
