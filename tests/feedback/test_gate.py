"""The gate: which part of the evidence each audience may see, proven with a canary in every field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.feedback.view import Audience, CaseView, Feedback
from grader.model.result import (
    CallRecord,
    CaseResult,
    Curves,
    Difference,
    ErrorRecord,
    Finding,
    FindingKind,
    Frame,
    NamedSnapshot,
    Series,
    Snapshot,
    Wall,
)
from grader.model.text import Text
from grader.model.verdict import Blame, Verdict
from grader.sandbox.walls import NAMESPACES, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model.submission import Submission

    Show = Callable[..., Feedback]
    MakeResult = Callable[..., CaseResult]

ALWAYS = {"title", "hint", "what", "explanation", "expected", "got", "difference", "exhibit"}
"""Canaries that a student sees even of a hidden case."""
INSTRUCTORS_ONLY = {"node", "doc", "detail"}


def canary(name: str) -> str:
    """A word that occurs nowhere else."""
    return f"canary-{name}-yranac"


def both(name: str) -> Text:
    """An author's text."""
    return Text(en=canary(name), zh=canary(name))


def tensor(number: float, **fields: Any) -> Snapshot:
    """A tensor's picture that holds one telling number."""
    return Snapshot(kind="tensor", type_name="Tensor", shape=(1, 1), dtype="torch.float32", values=(number,), **fields)


def full_of_canaries(make_result: MakeResult, *, kind: FindingKind = FindingKind.VALUES, **changes: Any) -> CaseResult:
    """A case result with a canary in every field that holds text, and a telling number in every one that does not."""
    finding = Finding(
        kind=kind,
        subject="squared_loss",
        what=both("what"),
        explanation=both("explanation"),
        expected=tensor(111.5, text=canary("expected")),
        got=tensor(222.5, text=canary("got")),
        difference=Difference(
            largest_absolute=333.5, largest_relative=1, index=(0, 0), mismatched=1, total=2, atol=0, rtol=0
        ),
        error=changes.pop("error", None),
        values={"secret": canary("finding_values")},
        conceal_expected=changes.pop("conceal_expected", False),
    )
    return make_result(
        node=canary("node"),
        doc=canary("doc"),
        title=both("title"),
        hint=both("hint"),
        finding=finding,
        calls=(
            CallRecord(
                function="squared_loss",
                arguments=(NamedSnapshot(name=canary("argument"), value=tensor(444.5, text=canary("inputs"))),),
            ),
        ),
        exhibits=(
            Curves(
                title=both("exhibit"),
                x_label=both("exhibit"),
                y_label=both("exhibit"),
                series=(Series(label=both("exhibit"), role="student", x=(1.0,), y=(2.0,)),),
            ),
        ),
        printed=canary("printed"),
        detail=canary("detail"),
        **changes,
    )


def encoded(feedback: Feedback) -> str:
    """Everything that any renderer could show."""
    return msgspec.json.encode(feedback).decode()


def found_canaries(feedback: Feedback) -> set[str]:
    """The canaries in a feedback; a telling number counts as its field's canary."""
    names = {
        *ALWAYS, *INSTRUCTORS_ONLY, "argument", "inputs", "printed", "finding_values", "message", "function", "source"
    }  # fmt: skip
    whole = encoded(feedback)
    numbers = {"111.5": "expected", "222.5": "got", "333.5": "difference", "444.5": "inputs"}
    return {name for name in names if canary(name) in whole} | {
        name for number, name in numbers.items() if number in whole
    }


def only_case(feedback: Feedback) -> CaseView:
    """The case that was sent through the gate."""
    (case,) = (case for exercise in feedback.exercises for case in exercise.cases)
    return case


def test_a_hidden_case_shows_students_no_inputs_output_or_test(show: Show, make_result: MakeResult) -> None:
    """Exactly the evidence that the design allows passes."""
    assert found_canaries(show(full_of_canaries(make_result))) == ALWAYS


def test_a_revealed_case_shows_its_inputs_too(show: Show, make_result: MakeResult) -> None:
    """The author's mark opens the inputs and nothing else."""
    feedback = show(full_of_canaries(make_result, reveal_inputs=True))

    assert found_canaries(feedback) == ALWAYS | {"inputs", "argument"}


def test_a_revealed_case_quotes_no_writing(show: Show, make_result: MakeResult) -> None:
    """Its own inputs are no secret; but cases whose inputs are may have run before it, in the same process."""
    written = Snapshot(kind="text", type_name="str", text=canary("got"))
    finding = Finding(kind=FindingKind.NOT_A_TENSOR, expected=tensor(1.5), got=written)
    calls = (CallRecord(function="squared_loss", arguments=()),)
    returned = show(make_result(finding=finding, calls=calls, reveal_inputs=True))
    told = show(full_of_canaries(make_result, reveal_inputs=True, **raised(canary("message"), line=7)))

    assert "got" not in found_canaries(returned)
    assert "message" not in found_canaries(told)
    assert only_case(told).inputs


def test_a_visible_case_hides_only_pytests_words(show: Show, make_result: MakeResult) -> None:
    """A student could run it anyway."""
    feedback = show(full_of_canaries(make_result, visible=True))

    assert found_canaries(feedback) == ALWAYS | {"inputs", "argument", "printed"}


def test_instructors_see_everything(show: Show, make_result: MakeResult) -> None:
    """Nothing is kept from who must judge the judge."""
    feedback = show(full_of_canaries(make_result, conceal_expected=True), audience=Audience.INSTRUCTOR)

    assert found_canaries(feedback) == ALWAYS | INSTRUCTORS_ONLY | {"inputs", "argument", "printed"}


@pytest.mark.parametrize("visible", [True, False])
def test_an_answer_stays_concealed(show: Show, make_result: MakeResult, *, visible: bool) -> None:
    """Neither the expected value nor the distance to it is shown, not even of a visible case."""
    feedback = show(full_of_canaries(make_result, conceal_expected=True, visible=visible))

    assert not found_canaries(feedback) & {"expected", "difference"}
    assert only_case(feedback).got is not None


@pytest.mark.parametrize("kind", [FindingKind.NOT_IN_PLACE, FindingKind.NO_GRADIENT, FindingKind.NOT_A_LEAF])
def test_a_finding_about_an_argument_shows_its_form_only(
    show: Show, make_result: MakeResult, kind: FindingKind
) -> None:
    """What was got is the hidden argument itself here."""
    feedback = show(full_of_canaries(make_result, kind=kind))

    assert not found_canaries(feedback) & {"got", "difference"}
    assert only_case(feedback).got == Snapshot(kind="tensor", type_name="Tensor", shape=(1, 1), dtype="torch.float32")


def test_a_changed_input_is_not_shown_as_it_was(show: Show, make_result: MakeResult) -> None:
    """What was expected is the hidden input before the call."""
    feedback = show(full_of_canaries(make_result, kind=FindingKind.INPUT_CHANGED))

    assert not found_canaries(feedback) & {"got", "expected", "difference"}


@pytest.mark.parametrize("kind", ["text", "sequence", "mapping", "object"])
def test_what_a_function_returns_in_writing_is_not_shown_of_a_hidden_case(
    show: Show, make_result: MakeResult, kind: str
) -> None:
    """``return str(y)`` would print the hidden inputs, and so would an object or a type named after them."""
    written = Snapshot(kind=kind, type_name=canary("got"), shape=(3,), values=(canary("got"),), text=canary("got"))

    def encoded_case(**changes: Any) -> Feedback:
        result = full_of_canaries(make_result, kind=FindingKind.NOT_A_TENSOR, **changes)
        assert result.finding is not None
        finding = msgspec.structs.replace(result.finding, got=written)
        return show(msgspec.structs.replace(result, finding=finding))

    assert "got" not in found_canaries(encoded_case())
    assert only_case(encoded_case()).got == Snapshot(kind=kind, type_name="object", shape=(3,))
    assert "got" in found_canaries(encoded_case(visible=True))


@pytest.mark.parametrize("dtype", ["<U24", "|S24", ">U24"])
def test_an_array_of_text_is_writing(show: Show, make_result: MakeResult, dtype: str) -> None:
    """``return np.array([str(y)])`` would print the hidden inputs, too."""
    written = Snapshot(kind="array", type_name="ndarray", shape=(1,), dtype=dtype, values=(canary("got"),))
    result = full_of_canaries(make_result, kind=FindingKind.NOT_A_TENSOR)
    assert result.finding is not None
    feedback = show(msgspec.structs.replace(result, finding=msgspec.structs.replace(result.finding, got=written)))

    assert "got" not in found_canaries(feedback)
    assert only_case(feedback).got == Snapshot(kind="array", type_name="ndarray", shape=(1,), dtype=dtype)


@pytest.mark.parametrize("text", ["D", "squared_loss: raise ValueError", "(8, 1)", "['y_hat', 8]"])
def test_an_answer_in_writing_is_shown_of_a_hidden_case(show: Show, make_result: MakeResult, text: str) -> None:
    """Where nothing was called the student's own answer is quoted: it is short, or made of the hand-in's own words."""
    answer = Snapshot(kind="text", type_name="str", text=text)
    finding = Finding(kind=FindingKind.ANSWER_FORM, subject="broadcasting_answer", got=answer)

    assert only_case(show(make_result(finding=finding, calls=()))).got == answer


@pytest.mark.parametrize("kind", ["text", "sequence", "mapping", "object"])
def test_an_answer_that_the_hand_in_does_not_hold_is_not_shown_of_a_hidden_case(
    show: Show, make_result: MakeResult, kind: str
) -> None:
    """A function can put the inputs of an earlier case in an answer's place."""
    written = Snapshot(kind=kind, type_name=canary("got"), values=(canary("got"),), text=canary("got"))
    finding = Finding(kind=FindingKind.ANSWER_FORM, subject="shapes", got=written)
    only_named = msgspec.structs.replace(finding, got=Snapshot(kind="object", type_name=canary("got")))

    assert "got" not in found_canaries(show(make_result(finding=finding, exercise="shapes", calls=())))
    assert "got" not in found_canaries(show(make_result(finding=only_named, exercise="shapes", calls=())))
    assert "got" in found_canaries(show(make_result(finding=finding, exercise="shapes", calls=(), visible=True)))


def test_a_parameter_that_the_hand_in_does_not_have_is_not_named(show: Show, make_result: MakeResult) -> None:
    """A function can be replaced by one whose parameters are named after the inputs."""
    values: dict[str, str | int | float] = {"expected": "y_hat, y", "got": f"y, y_hat, {canary('got')}"}
    finding = Finding(kind=FindingKind.PARAMETER_ORDER, subject="squared_loss", values=values)

    hidden, visible = (only_case(show(make_result(finding=finding, visible=visible))) for visible in (False, True))
    assert "`squared_loss(y, y_hat, …)`" in hidden.message.en
    assert canary("got") in visible.message.en


def test_how_long_a_hidden_case_took_is_not_told_to_students(show: Show, make_result: MakeResult) -> None:
    """A function could sleep as many seconds as an input says."""
    hidden, visible = make_result(), make_result(visible=True)

    assert only_case(show(hidden)).seconds is None
    assert only_case(show(visible)).seconds == 0.5
    assert only_case(show(hidden, audience=Audience.INSTRUCTOR)).seconds == 0.5


def raised(message: str, *, line: int, type_name: str = "ValueError", function: str = "squared_loss") -> dict[str, Any]:
    """The fields of a case in which the hand-in raised at ``line`` of its code cell."""
    frame = Frame(cell=1, line=line, function=function, source=canary("source"))
    return {
        "kind": FindingKind.RAISED,
        "error": ErrorRecord(type_name=type_name, message=message, frames=(frame,)),
        "verdict": Verdict.RAISED,
    }


def test_a_hidden_case_shows_where_the_hand_in_raised(show: Show, make_result: MakeResult) -> None:
    """The line is the hand-in's own, whatever the process reported as its source."""
    error = only_case(show(full_of_canaries(make_result, **raised("m", line=7)))).error

    assert error is not None
    assert error.type_name == "ValueError"
    assert error.frames == (Frame(cell=1, line=7, function="squared_loss", source="return (y_hat @ y) ** 2 / 2"),)


def test_what_the_hand_in_raises_is_not_quoted(show: Show, make_result: MakeResult) -> None:
    """``raise ValueError(str(y))`` would print the hidden inputs."""
    feedback = show(full_of_canaries(make_result, **raised(canary("message"), line=6)))
    error = only_case(feedback).error

    assert "message" not in found_canaries(feedback)
    assert error is not None
    assert error.message == ""
    assert error.explanation is not None
    assert error.explanation.en.startswith("The error's message is not shown")


@pytest.mark.parametrize("line", [6, 7])
def test_pytorchs_own_words_are_quoted_unless_the_hand_in_wrote_them(
    show: Show, make_result: MakeResult, line: int
) -> None:
    """On line 6 stands a ``raise``, on line 7 a product of matrices."""
    message = "mat1 and mat2 shapes cannot be multiplied (2x1 and 2x1)"
    result = full_of_canaries(make_result, **raised(message, line=line, type_name="RuntimeError"))
    error = only_case(show(result)).error

    assert error is not None
    assert error.message == (message if line == 7 else "")


@pytest.mark.parametrize("message", ["invalid literal for int() with base 10: '{}'", "{}", "name '{}' is not defined"])
def test_a_message_that_could_hold_inputs_is_not_quoted(show: Show, make_result: MakeResult, message: str) -> None:
    """Inputs can be carried out by errors of Python's own, too."""
    feedback = show(full_of_canaries(make_result, **raised(message.format(canary("message")), line=7)))

    assert "message" not in found_canaries(feedback)


def test_names_that_the_hand_in_does_not_have_are_not_shown(show: Show, make_result: MakeResult) -> None:
    """A type or function can be named at run time, after the inputs."""
    fields = raised("m", line=7, type_name=canary("message"), function=canary("function"))
    feedback = show(full_of_canaries(make_result, **fields))
    error = only_case(feedback).error

    assert not found_canaries(feedback) & {"message", "function", "source"}
    assert error is not None
    assert error.type_name == "Exception"
    assert error.frames[0].function == ""


@pytest.mark.parametrize("line", [0, 8, 10**9])
def test_a_place_that_the_hand_in_does_not_have_is_dropped(show: Show, make_result: MakeResult, line: int) -> None:
    """A reported line could be any number."""
    error = only_case(show(full_of_canaries(make_result, **raised("m", line=line)))).error

    assert error is not None
    assert error.frames == () or line == 8


def test_a_visible_case_quotes_the_whole_message(show: Show, make_result: MakeResult) -> None:
    """Nothing in it is secret."""
    feedback = show(full_of_canaries(make_result, visible=True, **raised(canary("message"), line=6)))

    assert "message" in found_canaries(feedback)


def test_a_case_is_described_by_the_contract(show: Show, make_result: MakeResult) -> None:
    """The call in the assignment's words, points, verdict and who must act."""
    case = only_case(show(make_result(finding=Finding(kind=FindingKind.VALUES, subject="y_hat"))))

    assert case.call == "squared_loss(y_hat, y)"
    assert (case.points, case.max_points) == (0.0, 2.0)
    assert (case.verdict, case.blame, case.visible) == (Verdict.WRONG, Blame.STUDENT, False)
    assert case.title == Text(en="Case 3", zh="检查项 3")


def test_the_inputs_are_those_of_the_call_in_question(show: Show, make_result: MakeResult) -> None:
    """Of several calls, the last one of the function that the finding is about."""
    calls = tuple(
        CallRecord(function=function, arguments=(NamedSnapshot(name="y", value=tensor(number)),))
        for function, number in (("squared_loss", 1.5), ("squared_loss", 2.5), ("sgd", 3.5))
    )
    case = only_case(show(make_result(visible=True, calls=calls, verdict=Verdict.PASSED)))

    assert [one.value.values for one in case.inputs] == [(2.5,)]


def test_a_passed_case_needs_no_hint(show: Show, make_result: MakeResult) -> None:
    """A hint is for those who did not pass."""
    case = only_case(show(make_result(verdict=Verdict.PASSED, hint=both("hint"))))

    assert case.hint is None
    assert case.message == Text(en="Right.", zh="正确。")


@pytest.mark.parametrize(
    ("kind", "hinted"),
    [
        (FindingKind.VALUES, True),
        (FindingKind.NOT_IN_PLACE, True),
        (FindingKind.NAME_NEAR_MISS, False),
        (FindingKind.NOT_ANSWERED, False),
        (FindingKind.PARAMETER_ORDER, False),
    ],
)
def test_a_hint_is_left_out_where_the_cause_is_another(
    show: Show, make_result: MakeResult, kind: FindingKind, *, hinted: bool
) -> None:
    """Whoever misspelled a name or exchanged parameters is not told about a mistake that nobody has seen."""
    finding = Finding(kind=kind, subject="squared_loss", values={"near": "square_loss"})

    assert (only_case(show(make_result(finding=finding, hint=both("hint")))).hint is not None) == hinted


def test_faults_of_others_are_announced(show: Show, make_result: MakeResult) -> None:
    """How many cases could not be judged, and that they cost nothing."""
    feedback = show(
        make_result(verdict=Verdict.SUITE_ERROR),
        make_result(verdict=Verdict.SUITE_ERROR, exercise="sgd"),
        make_result(verdict=Verdict.INTERNAL_ERROR, exercise="shapes"),
    )

    assert [notice.en for notice in feedback.notices] == [
        "2 cases could not be judged because of a fault of the course. They cost no points.",
        "1 case could not be judged because of a fault of the grader. It costs no points and will be judged again.",
    ]
    assert feedback.notices[0].zh == "因课程出错，有 2 个检查项无法判定，不会因此扣分。"
    assert feedback.points == 6.0


@pytest.mark.parametrize("stood", [True, False])
def test_walls_are_told_in_words(show: Show, *, stood: bool) -> None:
    """A wall that did not stand is told as such; what the machine said is for instructors."""
    walls = (Wall(id="network", stood=stood, detail=canary("detail")),)
    student, teacher = show(walls=walls), show(walls=walls, audience=Audience.INSTRUCTOR)

    assert student.walls[0].text.zh == ("无法访问网络。" if stood else "没有阻止访问网络。")
    assert (student.walls[0].detail, teacher.walls[0].detail) == ("", canary("detail"))


@pytest.mark.parametrize(
    ("missing", "weak", "needless"),
    [
        ((), False, ()),
        (("namespaces",), False, ("namespaces",)),
        (("filesystem",), False, ("filesystem",)),
        (("filesystem", "namespaces"), True, ("namespaces",)),
        (("network",), True, ()),
    ],
)
def test_a_sandbox_is_weak_where_a_required_wall_is_missing(
    show: Show, missing: tuple[str, ...], needless: tuple[str, ...], *, weak: bool
) -> None:
    """The outer wall is not required, and files need only one of the two."""
    walls = tuple(Wall(id=wall, stood=wall not in missing) for wall in (*REQUIRED, NAMESPACES))

    feedback = show(walls=walls)

    assert feedback.weak_sandbox is weak
    assert tuple(wall.id for wall in feedback.walls if not wall.needed) == needless


def test_where_nothing_could_be_started_no_sandbox_was_weak(show: Show) -> None:
    """Without a process there is no wall to miss."""
    assert show(walls=()).weak_sandbox is False


def test_hostile_text_is_cleaned_everywhere(show: Show, make_result: MakeResult, submission: Submission) -> None:
    """No control character or change of writing direction comes through, from whatever field."""
    nasty = "a\x1b[31mb\x00c\u202ed\u2066e\x07"
    hostile = msgspec.structs.replace(submission, file_name=nasty)
    finding = Finding(
        kind=FindingKind.ANSWER,
        subject=nasty,
        got=Snapshot(kind="text", type_name=nasty, dtype=nasty, text=nasty, values=(nasty,)),
        error=ErrorRecord(type_name=nasty, message=nasty),
    )
    feedback = show(make_result(visible=True, finding=finding, printed=nasty), submission=hostile)

    whole = encoded(feedback)
    assert not any(mark in whole for mark in ("\\u001b", "\\u0000", "\\u0007", "\u202e", "\u2066"))
    assert feedback.submission == "abcde"


def test_a_student_keeps_their_name_to_the_letter(show: Show, submission: Submission) -> None:
    """Reports and tables find students by it, so renderers clean it, not the gate."""
    name = "  Ana\n\u202e =cmd()"

    assert show(submission=msgspec.structs.replace(submission, student_id=name)).student_id == name


def test_long_text_is_cut(show: Show, make_result: MakeResult) -> None:
    """A million characters do not reach a report."""
    long = "x" * 1_000_000
    finding = Finding(
        kind=FindingKind.ANSWER,
        subject=long,
        got=Snapshot(kind="text", type_name=long, text=long),
        error=ErrorRecord(type_name=long, message=long),
        values={"options": long},
    )
    feedback = show(make_result(visible=True, finding=finding, printed=long))

    assert len(encoded(feedback)) < 40_000
