"""Every verdict, reached by a hand-in: what the student wrote decides it, and the finding says why."""

from __future__ import annotations

from typing import Any

import pytest

from grader.errors import CourseError
from grader.judge.process import Zygotes
from grader.judge.session import with_judge
from grader.model.assignment import Limits
from grader.model.result import FindingKind
from grader.model.verdict import Verdict

LETTER = "letter = 'b'\n"
RIGHT = LETTER + "def power(base, exponent):\n    return base ** exponent\n"


def body(line: str, *more: str) -> str:
    """A hand-in whose ``power`` has this body."""
    return LETTER + "def power(base, exponent):\n" + "".join(f"    {each}\n" for each in (line, *more))


FUNCTIONS = [
    (body("return base ** exponent * 2"), Verdict.WRONG, FindingKind.FACTOR),
    (body("return base + exponent"), Verdict.WRONG, FindingKind.VALUES),
    (body("return None"), Verdict.WRONG, FindingKind.RETURNED_NONE),
    (body("return (base ** exponent).tolist()"), Verdict.WRONG, FindingKind.NOT_A_TENSOR),
    (body("return object()"), Verdict.WRONG, FindingKind.NOT_A_TENSOR),
    (body("raise ValueError('no')"), Verdict.RAISED, FindingKind.RAISED),
    (body("raise KeyboardInterrupt"), Verdict.RAISED, FindingKind.RAISED),
    (body("raise SystemExit(0)"), Verdict.RAISED, FindingKind.RAISED),
    (body("raise MemoryError"), Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    (body("flood()"), Verdict.FLOODED, FindingKind.FLOODED),
    (body("raise NotImplementedError"), Verdict.MISSING, FindingKind.NOT_ANSWERED),
    (body("die(11)"), Verdict.CRASHED, FindingKind.CRASHED),
    (body("die(0)"), Verdict.CRASHED, FindingKind.CRASHED),
    (body("die(9)"), Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    (body("die(24)"), Verdict.TIMED_OUT, FindingKind.CALL_TIMED_OUT),
    (body("die(25)"), Verdict.FLOODED, FindingKind.FILE_SIZE),
    (body("die(0, 'disk')"), Verdict.FLOODED, FindingKind.DISK),
    (body("die(0, 'files')"), Verdict.FLOODED, FindingKind.FILES),
    (body("die(0, 'threads')"), Verdict.CRASHED, FindingKind.THREADS),
    (body("die(0, 'shared_memory')"), Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    (body("raise OSError(27, 'File too large')"), Verdict.FLOODED, FindingKind.FILE_SIZE),
    (body("raise OSError(28, 'No space left on device')"), Verdict.FLOODED, FindingKind.DISK),
    (body("raise OSError(12, 'Cannot allocate memory')"), Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    (body("raise OSError(24, 'Too many open files')"), Verdict.RAISED, FindingKind.RAISED),
    (LETTER, Verdict.MISSING, FindingKind.NAME_MISSING),
    (LETTER + "power = None\n", Verdict.MISSING, FindingKind.NOT_ANSWERED),
    (LETTER + "power = 3\n", Verdict.WRONG, FindingKind.NOT_CALLABLE),
    (LETTER + "def Power(b, e):\n    return b ** e\n", Verdict.MISSING, FindingKind.NAME_NEAR_MISS),
    (LETTER + "power = undefined\n", Verdict.MISSING, FindingKind.NAME_STATEMENT_FAILED),
    (LETTER + "def power(base):\n    return base ** 3\n", Verdict.WRONG, FindingKind.PARAMETERS),
    (
        LETTER + "def power(exponent, base):\n    return base ** exponent\n",
        Verdict.WRONG,
        FindingKind.PARAMETER_ORDER,
    ),
]
ANSWERS = [
    ("letter = None", Verdict.MISSING, FindingKind.NOT_ANSWERED),
    ("letter = ...", Verdict.MISSING, FindingKind.NOT_ANSWERED),
    ("letter = ''", Verdict.WRONG, FindingKind.NOT_ANSWERED),
    ("letter = 'A'", Verdict.WRONG, FindingKind.ANSWER),
    ("letter = 'A or B'", Verdict.WRONG, FindingKind.ANSWER_FORM),
    ("def letter():\n    return 'B'", Verdict.WRONG, FindingKind.ANSWER_FORM),
    ("leter = 'B'", Verdict.MISSING, FindingKind.NAME_NEAR_MISS),
]


@pytest.fixture(scope="module")
def judged(
    tmp_path_factory: pytest.TempPathFactory, write: Any, submission: Any, small_suites: Any, fake_zygote: Any
) -> dict[str, Any]:
    """Every source of the two tables, judged by one judge."""
    sources = [row[0] for row in FUNCTIONS] + [f"{row[0]}\n" for row in ANSWERS]
    zygotes = Zygotes(fake_zygote)
    course = write(tmp_path_factory.mktemp("verdicts"), small_suites)
    return with_judge(
        course, lambda judge: {source: judge.judge(submission(source)) for source in sources}, zygotes=zygotes
    )


def result_of(judgement: Any, case: str) -> Any:
    """The result of the case with that id."""
    return next(result for result in judgement.results if result.case.id == case)


def test_a_right_solution_passes_every_case(judge_source: Any) -> None:
    """Values, gradients across the border, a quiz answer in small letters."""
    judgement = judge_source(RIGHT)

    assert [r.verdict for r in judgement.results] == [Verdict.PASSED] * 3
    assert [r.finding for r in judgement.results] == [None] * 3
    assert judgement.load is not None
    assert [wall.id for wall in judgement.walls] == ["rlimits"]


@pytest.mark.parametrize(("source", "verdict", "kind"), FUNCTIONS)
def test_what_the_function_does_decides_the_verdict(
    judged: dict[str, Any], source: str, verdict: Verdict, kind: FindingKind
) -> None:
    """Its first case gets the verdict, the finding names the function, and the quiz is not touched by it."""
    judgement = judged[source]

    result = result_of(judgement, "power.1")
    assert (result.verdict, result.finding.kind, result.finding.subject) == (verdict, kind, "power")
    assert result_of(judgement, "letter.1").verdict is Verdict.PASSED


@pytest.mark.parametrize(("answer", "verdict", "kind"), ANSWERS)
def test_what_the_answer_is_decides_the_verdict(
    judged: dict[str, Any], answer: str, verdict: Verdict, kind: FindingKind
) -> None:
    """An answer that is missing, unreadable or wrong."""
    result = result_of(judged[f"{answer}\n"], "letter.1")

    assert (result.verdict, result.finding.kind) == (verdict, kind)


def test_a_function_in_the_place_of_an_answer_is_shown_as_the_function_that_it_is(judged: dict[str, Any]) -> None:
    """Nothing of grader's own is named to a student."""
    result = result_of(judged["def letter():\n    return 'B'\n"], "letter.1")

    assert result.finding.got.type_name == "function"


def test_a_case_skipped_by_the_suite_for_one_student_is_skipped(judge_source: Any) -> None:
    """Only suite code can skip: the reference must pass, so the reason is this hand-in."""
    suite = "import pytest\ndef test_x(student):\n    if student.power(2, 1) != 2:\n        pytest.skip('nothing')\n"

    assert result_of(judge_source(RIGHT, test_power=suite), "power.1").verdict is Verdict.PASSED
    assert result_of(judge_source(body("return 5"), test_power=suite), "power.1").verdict is Verdict.SKIPPED


def test_a_hand_in_that_raises_pytests_own_skip_has_raised(judge_source: Any) -> None:
    """Exceptions cross the border as data, so none can steer pytest."""
    judgement = judge_source(body("import pytest", "pytest.skip('please')"))

    assert result_of(judgement, "power.1").verdict is Verdict.RAISED


def test_a_call_that_hangs_is_timed_out(judge_source: Any) -> None:
    """It costs its case; the next one gets the hand-in loaded again."""
    hanging = body("if exponent == 3:", "    hang()", "return base ** exponent")

    judgement = judge_source(hanging, limits=Limits(call_seconds=2.0))

    result = result_of(judgement, "power.1")
    assert (result.verdict, result.finding.kind) == (Verdict.TIMED_OUT, FindingKind.CALL_TIMED_OUT)
    assert result.finding.values == {"seconds": 2.0}
    assert result_of(judgement, "power.2").verdict is Verdict.PASSED


def test_a_zygote_that_fails_once_costs_nothing(judge_source: Any, break_zygotes: Any) -> None:
    """A fresh one takes its place."""
    break_zygotes(1)

    assert [r.verdict for r in judge_source(RIGHT).results] == [Verdict.PASSED] * 3


def test_a_machine_that_keeps_failing_is_an_internal_error(judge_source: Any, break_zygotes: Any) -> None:
    """No case is judged, and none costs points."""
    break_zygotes(100)

    judgement = judge_source(RIGHT)

    assert [r.verdict for r in judgement.results] == [Verdict.INTERNAL_ERROR] * 3
    assert all(r.verdict.earns and "no zygote today" in r.detail for r in judgement.results)
    assert judgement.load is None


def test_a_judge_goes_on_after_an_internal_error(in_judge: Any, submission: Any, break_zygotes: Any) -> None:
    """The next submission is judged as if nothing had been."""

    def verdicts(judge: Any) -> list[Verdict]:
        break_zygotes(100)
        judge.judge(submission(RIGHT))
        break_zygotes(0)
        return [result.verdict for result in judge.judge(submission(RIGHT)).results]

    assert in_judge(verdicts) == [Verdict.PASSED] * 3


def test_a_dead_process_costs_its_case_only(judge_source: Any) -> None:
    """The next case gets the hand-in loaded again."""
    judgement = judge_source(body("if exponent == 3:", "    die(11)", "return base ** exponent"))

    assert [result_of(judgement, case).verdict for case in ("power.1", "power.2")] == [Verdict.CRASHED, Verdict.PASSED]
    assert result_of(judgement, "power.1").finding.values == {"signal": "SIGSEGV"}


def test_reloads_are_bounded(judge_source: Any) -> None:
    """Once they are used up, every further case gets the last loss without being run."""
    suite = "\n".join(f"def test_{n}(student):\n    assert student.power({n}, 1) == {n}\n" for n in range(5))

    judgement = judge_source(body("die(11)"), test_power=suite, limits=Limits(reloads=1))

    assert [r.verdict for r in judgement.results] == [Verdict.PASSED] + [Verdict.CRASHED] * 5


def test_a_suite_that_swallows_everything_does_not_hide_a_death(judge_source: Any) -> None:
    """A process that dies inside ``pytest.raises`` has not raised."""
    suite = (
        "import pytest\ndef test_x(student, reference):\n"
        "    with pytest.raises(Exception):\n        student.power('a', None)\n"
    )

    assert result_of(judge_source(body("die(11)"), test_power=suite), "power.1").verdict is Verdict.CRASHED
    assert result_of(judge_source(RIGHT, test_power=suite), "power.1").verdict is Verdict.PASSED


def test_a_suite_may_do_without_another_exercises_name_but_not_without_its_own(judge_source: Any) -> None:
    """A case lends the reference's part of another exercise, so that no mistake costs twice."""
    suite = (
        "import contextlib\nimport pytest\n"
        "@pytest.mark.exercise('{}')\n"
        "def test_x(student):\n"
        "    with contextlib.suppress(Exception):\n        assert student.power(1, 1) == 1\n"
    )

    own = judge_source(LETTER, test_lent=suite.format("power"))
    other = judge_source(LETTER, test_lent=suite.format("letter"))

    assert result_of(own, "power.1").verdict is Verdict.MISSING
    assert result_of(other, "letter.2").verdict is Verdict.PASSED


def test_a_death_in_a_far_objects_method_is_not_hidden(judge_source: Any) -> None:
    """Also where the call does not go through ``student``."""
    suite = (
        "import contextlib\ndef test_x(student):\n    box = student.power(1, 1)\n"
        "    with contextlib.suppress(Exception):\n        box.open()\n"
    )
    source = LETTER + "class Box:\n    def open(self):\n        die(11)\ndef power(b, e):\n    return Box()\n"

    assert result_of(judge_source(source, test_power=suite), "power.1").verdict is Verdict.CRASHED


def test_a_test_that_cannot_use_the_result_is_the_students(judge_source: Any) -> None:
    """The reference's result can be unpacked; this one cannot."""
    suite = "def test_x(student):\n    one, two = [student.power(2, n) for n in (1, 2)]\n    assert one + 1 < two\n"

    result = result_of(judge_source(body("return 'text'"), test_power=suite), "power.1")

    assert (result.verdict, result.finding.kind) == (Verdict.WRONG, FindingKind.UNUSABLE)
    assert result.finding.got.text == "text"


def test_a_plain_assert_is_a_check(judge_source: Any) -> None:
    """Its words are for instructors only."""
    suite = "def test_x(student):\n    assert student.power(2, 2) == 4\n"

    result = result_of(judge_source(body("return 5"), test_power=suite), "power.1")

    assert (result.verdict, result.finding.kind) == (Verdict.WRONG, FindingKind.CHECK)
    assert "assert 5 == 4" in result.detail


def test_a_case_that_takes_too_long_in_small_steps_is_broken_off(judge_source: Any) -> None:
    """Each call is quick; together they are not."""
    suite = (
        "def test_x(student):\n    total = 0\n"
        "    while total < 10:\n        total += student.power(0, 1) or student.power(10, 1) // 10\n"
    )
    slow = body("import time", "time.sleep(0.05)", "return 0 if base == 10 else base ** exponent")

    judgement = judge_source(slow, test_power=suite, limits=Limits(case_seconds=1.0))

    result = result_of(judgement, "power.1")
    assert (result.verdict, result.finding.kind) == (Verdict.TIMED_OUT, FindingKind.CALL_TIMED_OUT)


def test_a_crash_of_the_suite_before_it_asked_anything_is_the_suites(judge_source: Any) -> None:
    """A student who was not asked cannot be wrong."""
    suite = (
        "runs = []\ndef test_x(student):\n    runs.append(1)\n    assert len(runs) == 1\n"
        "    assert student.power(1, 1) == 1\n"
    )

    result = result_of(judge_source(RIGHT, test_power=suite), "power.1")

    assert (result.verdict, result.finding.kind) == (Verdict.SUITE_ERROR, FindingKind.SUITE)


def test_a_statement_that_kills_the_process_is_left_out_the_next_time(judge_source: Any) -> None:
    """What stands beside it is judged, and what it would have defined says why it is missing."""
    judgement = judge_source(RIGHT + "die(11)\nother = die(9)\n")

    assert [r.verdict for r in judgement.results] == [Verdict.PASSED] * 3
    assert [failure.reason for failure in judgement.load.cells[0].failures] == ["crashed", "out_of_memory"]
    assert [notice.kind for notice in judgement.load.notices] == ["reloaded", "reloaded"]


@pytest.mark.parametrize(
    ("fatal", "ended"),
    [
        ("die(11)", "crashed"),
        ("die(0, 'disk')", "disk"),
        ("die(11); die(0, 'threads')", "threads"),
        ("die(0, 'files'); die(9)", "out_of_memory"),
    ],
)
def test_a_load_without_its_fatal_statements_says_what_ended_it(judge_source: Any, fatal: str, ended: str) -> None:
    """The worst of the limits that it passed; the process itself could only say that it was told to leave them out."""
    judgement = judge_source(RIGHT + fatal)

    assert judgement.load.ended == ended


@pytest.mark.parametrize("stuck", ["hang()\n" * 5, "go_silent()\n"], ids=["loads", "first requests"])
def test_a_hand_in_that_never_answers_is_waited_for_twice(judge_source: Any, fake_zygote: Any, stuck: str) -> None:
    """Every reload would cost its limit once more, and no case would gain by it."""
    limits = Limits(load_seconds=0.3, load_grace_seconds=0, call_seconds=0.3, case_seconds=5, reloads=50)
    started = fake_zygote.started

    judgement = judge_source(stuck + RIGHT, limits=limits)

    assert [result.verdict for result in judgement.results] == [Verdict.TIMED_OUT] * 3
    assert fake_zygote.started - started == 2


def test_a_load_that_always_dies_gives_every_case_its_verdict(judge_source: Any) -> None:
    """More fatal statements than reloads."""
    judgement = judge_source(RIGHT + "die(11)\n" * 9)

    assert [r.verdict for r in judgement.results] == [Verdict.CRASHED] * 3
    assert judgement.load is None


def test_a_stand_ins_object_is_no_answer(judge_source: Any) -> None:
    """What the hand-in imported from a stand-in is not the student's."""
    source = RIGHT + "power.borrowed_from = 'd2l'\n"

    result = result_of(judge_source(source), "power.1")

    assert (result.verdict, result.finding.kind) == (Verdict.MISSING, FindingKind.NAME_FROM_STAND_IN)
    assert result.finding.values == {"package": "d2l"}


def test_another_spelling_counts_where_the_assignment_says_so(judge_source: Any) -> None:
    """``pow_`` is an alias of ``power``."""
    judgement = judge_source(LETTER + "def pow_(base, exponent):\n    return base ** exponent\n")

    assert [r.verdict for r in judgement.results] == [Verdict.PASSED] * 3


def test_calls_and_output_are_kept_as_evidence(judge_source: Any) -> None:
    """Arguments under the contract's names, in the state before the call."""
    result = result_of(judge_source(body("base.mul_(0)", "return base")), "power.1")

    assert [argument.name for argument in result.calls[0].arguments] == ["base", "exponent"]
    assert result.calls[0].arguments[0].value.values == (1.5, 2.0, 3.0)
    assert result.printed.startswith("printed")


def test_an_error_carries_the_place_in_the_hand_in(judge_source: Any) -> None:
    """Cell, line and source, and none of the suite's."""
    finding = result_of(judge_source(body("return base + undefined")), "power.1").finding

    assert (finding.error.type_name, finding.error.frames[-1].line) == ("NameError", 3)
    assert finding.error.frames[-1].source == "return base + undefined"


def test_hypothesis_works_and_repeats_itself(judge_source: Any) -> None:
    """The smallest differing input is found without deadline or database."""
    suite = (
        "from hypothesis import given, strategies as st\n"
        "from grader.suite import check_equal\n"
        "@given(n=st.integers(0, 50))\n"
        "def test_x(student, reference, n):\n"
        "    check_equal(student.power(n, 2), reference.power(n, 2))\n"
    )
    wrong = body("return base ** exponent if base < 7 else 0")

    first = result_of(judge_source(wrong, test_power=suite), "power.1")
    second = result_of(judge_source(wrong, test_power=suite), "power.1")

    assert first.finding.kind is FindingKind.VALUES
    assert first.calls[-1].arguments[0].value.values == (7,)
    assert first.finding == second.finding


def test_exhibits_belong_to_their_case(judge_source: Any) -> None:
    """What a case shows is kept with its result."""
    suite = (
        "from grader.suite import Text, series, show_curves\n"
        "def test_x(student):\n"
        "    t = Text(en='t', zh='t')\n"
        "    show_curves(title=t, x_label=t, y_label=t, series=[series('student', [1, 2], [student.power(2, 1), 3])])\n"
        "def test_y(student):\n    student.power(2, 1)\n"
    )

    judgement = judge_source(RIGHT, test_power=suite)

    assert len(result_of(judgement, "power.1").exhibits) == 1
    assert result_of(judgement, "power.2").exhibits == ()


def test_a_zygote_that_dies_over_a_stop_costs_nothing(judge_source: Any, break_stops: Any) -> None:
    """The case is run again with a fresh one, even where the suite swallowed the failure."""
    suite = (
        "import contextlib\ndef test_x(student):\n"
        "    with contextlib.suppress(Exception):\n        student.power(0, 0)\n"
        "    assert student.power(2, 1) == 2\n"
    )
    dying_once = body(
        "import builtins",
        "if base == 0 and not hasattr(builtins, 'died'):",
        "    builtins.died = 1",
        "    die()",
        "return base ** exponent",
    )
    break_stops(1)

    result = result_of(judge_source(dying_once, test_power=suite), "power.1")

    assert result.verdict is Verdict.PASSED


def test_a_suite_that_ends_the_session_is_a_fault_of_the_course(judge_source: Any) -> None:
    """``pytest.exit`` has no place in a case."""
    with pytest.raises(CourseError, match=r"the suite called pytest\.exit: enough"):
        judge_source(RIGHT, test_power="import pytest\ndef test_x(student):\n    pytest.exit('enough')\n")
