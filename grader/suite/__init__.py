"""What authors of hidden suites import: checkers, exhibits, and the types of the fixtures.

A checker that fails raises `CheckFailed`, an AssertionError with a finding; words for students are made from it later.
"""

from grader.model.text import Text
from grader.suite.checks import (
    as_tensor,
    check_between,
    check_changed_in_place,
    check_close,
    check_dtype,
    check_equal,
    check_gradient,
    check_leaf,
    check_length,
    check_requires_grad,
    check_shape,
    check_tensor,
    check_that,
    check_type,
    check_unchanged,
)
from grader.suite.exhibits import series, show_broadcast, show_curves, show_scatter
from grader.suite.failure import CheckFailed
from grader.suite.fixtures import Reference, Student
from grader.suite.quiz import check_choice, check_shape_answer

__all__ = [
    "CheckFailed",
    "Reference",
    "Student",
    "Text",
    "as_tensor",
    "check_between",
    "check_changed_in_place",
    "check_choice",
    "check_close",
    "check_dtype",
    "check_equal",
    "check_gradient",
    "check_leaf",
    "check_length",
    "check_requires_grad",
    "check_shape",
    "check_shape_answer",
    "check_tensor",
    "check_that",
    "check_type",
    "check_unchanged",
    "series",
    "show_broadcast",
    "show_curves",
    "show_scatter",
]
