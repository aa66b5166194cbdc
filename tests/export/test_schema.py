"""The committed schema and the structs that are written say the same."""

from __future__ import annotations

from grader.export.schema import SCHEMA_FILE, result_schema


def test_the_committed_schema_is_the_generated_one() -> None:
    """Renew it with ``python -m grader.export.schema``."""
    assert SCHEMA_FILE.read_bytes() == result_schema()
