"""The single home of the checkers of quiz answers; what they expected is the answer itself and stays concealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.model.result import FindingKind, Snapshot
from grader.model.text import Text
from grader.suite.answers import is_blank, is_numeric_array, parse_choice, parse_shape
from grader.suite.checks import fail
from grader.suite.snapshots import snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

NOT_A_TENSOR_OF_IT = Text(
    en="Write the shape, for instance (3, 4), not a tensor of that shape.",
    zh="请填写形状本身，例如 (3, 4)，而不是这个形状的张量。",
)


def check_choice(
    got: Any,
    right: str,
    *,
    options: str = "ABCD",
    what: Text | None = None,
    texts: Mapping[str, str] | None = None,
    explanations: Mapping[str, Text] | None = None,
    subject: str = "",
) -> None:
    """``got`` names the option ``right``, by its letter or, where given, by its text.

    A wrong option may have an explanation of its own.
    """
    if is_blank(got):
        fail(FindingKind.NOT_ANSWERED, subject=subject, what=what, got=snapshot(got))
    choice = parse_choice(got, options, texts=texts)
    if choice is None:
        values = {"options": ", ".join(options)}
        fail(FindingKind.ANSWER_FORM, subject=subject, what=what, got=snapshot(got), values=values)
    if choice != right.upper():
        fail(
            FindingKind.ANSWER,
            subject=subject,
            what=what,
            explanation=(explanations or {}).get(choice),
            expected=Snapshot(kind="text", type_name="str", text=right),
            got=Snapshot(kind="text", type_name="str", text=choice),
            conceal_expected=True,
        )


def check_shape_answer(
    got: Any,
    accepted: Collection[tuple[int, ...]],
    *,
    what: Text,
    explanations: Mapping[tuple[int, ...], Text] | None = None,
    subject: str = "",
) -> None:
    """``got`` means one of the ``accepted`` shapes; a wrong shape may have an explanation of its own."""
    if is_blank(got):
        fail(FindingKind.NOT_ANSWERED, subject=subject, what=what, got=snapshot(got))
    shape = parse_shape(got)
    if shape is None:
        explanation = NOT_A_TENSOR_OF_IT if is_numeric_array(got) else None
        fail(FindingKind.ANSWER_FORM, subject=subject, what=what, explanation=explanation, got=snapshot(got))
    if shape not in accepted:
        fail(
            FindingKind.ANSWER,
            subject=subject,
            what=what,
            explanation=(explanations or {}).get(shape),
            expected=Snapshot(
                kind="sequence", type_name="tuple", text=" / ".join(str(tuple(each)) for each in sorted(accepted))
            ),
            got=snapshot(shape),
            conceal_expected=True,
        )
