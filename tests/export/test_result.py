"""``result.json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from grader.export import result_json
from grader.export.schema import SCHEMA_FILE
from grader.model.grade import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.feedback.view import Feedback


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    """The committed schema."""
    schema = json.loads(SCHEMA_FILE.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _no_constant(name: str) -> Any:
    raise AssertionError(f"{name} is no JSON")


def test_a_graded_result_fits_the_schema(
    validator: jsonschema.Draft202012Validator, make_feedback: Callable[..., Feedback]
) -> None:
    """Also where numbers are not finite."""
    validator.validate(json.loads(result_json(make_feedback()), parse_constant=_no_constant))


@pytest.mark.parametrize("status", [Status.INVALID, Status.INTERNAL_ERROR])
def test_a_result_without_a_grade_fits_the_schema(
    validator: jsonschema.Draft202012Validator, make_invalid: Callable[..., Feedback], status: Status
) -> None:
    """No exercises, no cells, and the reason."""
    result = json.loads(result_json(make_invalid(status=status)))

    validator.validate(result)
    assert result["status"] == status
    assert result["problem"]["en"] == "The file is empty."


def test_a_result_with_a_field_missing_does_not_fit(
    validator: jsonschema.Draft202012Validator, make_feedback: Callable[..., Feedback]
) -> None:
    """The schema is not just permissive."""
    result = json.loads(result_json(make_feedback()))
    for name in ("schema", "digest", "walls", "cells"):
        assert not validator.is_valid({key: value for key, value in result.items() if key != name})


def test_the_fields_have_their_promised_names(make_feedback: Callable[..., Feedback]) -> None:
    """Programs that read the file rely on them."""
    result = json.loads(result_json(make_feedback()))

    assert result["schema"] == "grader/result/v1"
    assert result.keys() >= {"assignment", "student_id", "submission", "digest", "language", "status", "points"}
    assert result.keys() >= {"max_points", "walls", "environment", "exercises", "cells"}
    assert result["exercises"][0].keys() >= {"id", "points", "max_points", "cases"}
    case = result["exercises"][0]["cases"][0]
    assert case.keys() >= {"id", "verdict", "points", "max_points", "visible", "message", "hint", "seconds"}
    assert case.keys() >= {"expected", "got"}
    assert result["cells"][0] == {"index": 0, "status": "text", "error": None}
    assert result["cells"][1]["error"] == {
        "line": 3,
        "type_name": "ValueError",
        "message": {"en": "No d2l", "zh": "没有 d2l"},
    }


@pytest.mark.parametrize("weak", [True, False])
def test_a_weak_sandbox_is_said(
    validator: jsonschema.Draft202012Validator, make_feedback: Callable[..., Feedback], *, weak: bool
) -> None:
    """In every result, so that a program need not know which walls are required."""
    result = json.loads(result_json(make_feedback(weak_sandbox=weak)))

    validator.validate(result)
    assert result["weak_sandbox"] is weak


def test_points_are_clean_and_what_is_not_finite_is_null(make_feedback: Callable[..., Feedback]) -> None:
    """``0.1 + 0.2`` is 0.3; infinity is no JSON."""
    result = json.loads(result_json(make_feedback()))
    wrong = result["exercises"][0]["cases"][1]

    assert (result["points"], wrong["points"]) == (2.3, 0.3)
    assert wrong["difference"]["largest_absolute"] is None
    assert wrong["expected"]["minimum"] is None
    assert wrong["got"]["values"] == ["NaN", 1.0]


def test_the_order_of_the_environment_does_not_matter(make_feedback: Callable[..., Feedback]) -> None:
    """The same facts give the same bytes."""
    one = make_feedback(environment={"a": "1", "b": "2"})
    other = make_feedback(environment={"b": "2", "a": "1"})

    assert result_json(one) == result_json(other)


def test_any_student_id_survives(make_feedback: Callable[..., Feedback]) -> None:
    """Quotes, newlines and other scripts are kept as they are."""
    student = '张 "三"\n=cmd()\0../'

    assert json.loads(result_json(make_feedback(student_id=student)))["student_id"] == student
