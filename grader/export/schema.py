"""The single home of the schema of ``result.json``; ``python -m grader.export.schema`` renews the committed file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.export.result import Result

SCHEMA_FILE = Path(__file__).with_name("result.schema.json")


def result_schema() -> bytes:
    """The schema as it is committed, made from the structs that are written."""
    (reference,), components = msgspec.json.schema_components([Result], ref_template="#/$defs/{name}")
    # Every field is written, also the one that has a default.
    components["Result"]["required"] = sorted(components["Result"]["properties"])
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "grader/result/v1",
        **reference,
        "$defs": components,
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_bytes(result_schema())
