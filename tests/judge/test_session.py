"""The life of a judge: collection, self-check, faults of the course, isolation."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.errors import CourseError
from grader.judge.process import Zygotes
from grader.judge.session import with_judge
from grader.model.assignment import Exercise, ExerciseKind
from grader.model.text import Text
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model.submission import Submission

RIGHT = "letter = 'b'\ndef power(base, exponent):\n    return base ** exponent\n"


def test_cases_are_numbered_within_their_exercise_visible_first(in_judge: Any) -> None:
    """Visible cases come first; points and texts come from the markers."""
    visible = (
        "import pytest\n@pytest.mark.exercise('power')\ndef test_seen(student):\n    assert student.power(2, 2) == 4\n"
    )

    cases = in_judge(lambda judge: judge.cases, test_visible=visible)

    assert [(case.id, case.visible, case.points) for case in cases] == [
        ("power.1", True, 1.0),
        ("letter.1", False, 1.0),
        ("power.2", False, 2.0),
        ("power.3", False, 1.0),
    ]
    assert cases[2].hint.zh == "注意指数。"
    assert cases[2].doc == "Element by element."
    assert cases[2].node == "solutions/mini/test_power.py::test_values"


def test_the_body_gives_the_result(in_judge: Any) -> None:
    """What the body returns comes back, and what it raises comes out."""

    def failing(_judge: Any) -> None:
        raise KeyError("mine")

    assert in_judge(lambda judge: len(judge.cases)) == 3
    with pytest.raises(KeyError, match="mine"):
        in_judge(failing)


def test_a_case_that_the_reference_does_not_pass_is_an_error_of_the_suite(judge_source: Any) -> None:
    """No student loses points for it, and the detail is for instructors."""
    broken = "def test_wrong(student):\n    assert student.power(2, 2) == 5\n"

    judgement = judge_source(RIGHT, test_power=broken)

    result = next(result for result in judgement.results if result.case.exercise == "power")
    assert result.verdict is Verdict.SUITE_ERROR
    assert "assert 4 == 5" in result.detail
    assert result.verdict.earns


def test_a_case_that_skips_the_reference_is_an_error_of_the_suite(judge_source: Any) -> None:
    """Nobody could ever earn its points."""
    skipping = "import pytest\ndef test_never(student):\n    pytest.skip('no such machine')\n"

    judgement = judge_source(RIGHT, test_power=skipping)

    assert [r.verdict for r in judgement.results] == [Verdict.PASSED, Verdict.SUITE_ERROR]


@pytest.mark.parametrize(
    ("suite", "finding", "place"),
    [
        ("def test_x(student)\n    pass\n", "SyntaxError: expected ':'", "test_power.py:1"),
        ("import pytest\n\nimport no_such_module\n", "No module named 'no_such_module'", "test_power.py:3"),
        ("x = 1 / 0\n", "ZeroDivisionError", "test_power.py:1"),
        ("import pytest\n@pytest.mark.point(2)\ndef test_x(student):\n    pass\n", "point", "test_power.py"),
        (
            "import pytest\n@pytest.mark.points('two')\ndef test_x(student):\n    pass\n",
            "points('two')",
            "test_power.py:2",
        ),
        (
            "import pytest\n@pytest.mark.hint(en='a')\ndef test_x(student):\n    pass\n",
            "hint(en='a')",
            "test_power.py:2",
        ),
        (
            "import pytest\n@pytest.mark.exercise('x')\ndef test_x(student):\n    pass\n",
            "no exercise `x`",
            "test_power.py:2",
        ),
        ("import pytest\n@pytest.mark.exercise\ndef test_x(student):\n    pass\n", "exercise()", "test_power.py:2"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3", "test_power.py:2"),
        ("", "no case is worth points for exercise `power`", "solutions/mini"),
    ],
)
def test_a_faulty_suite_is_named_with_its_line(in_judge: Any, suite: str, finding: str, place: str) -> None:
    """Whoever wrote it reads file, line and what was found."""
    with pytest.raises(CourseError) as caught:
        in_judge(len, test_power=suite)

    assert finding in caught.value.finding
    assert caught.value.place.endswith(place) or f"{place}:" in caught.value.place


@pytest.mark.parametrize(
    ("last_line", "finding"),
    [("import no_such_module", "ModuleNotFoundError: No module"), ("raise SystemExit(0)", "SystemExit: 0")],
)
def test_a_faulty_conftest_is_named_with_its_line(
    tmp_path: Any, write: Any, suites: dict[str, str], last_line: str, finding: str
) -> None:
    """Pytest would print it and say no more than that it cannot begin."""
    course = write(tmp_path, suites)
    path = course.solutions / "conftest.py"
    path.write_text(f"import pytest\n{last_line}\n")

    with pytest.raises(CourseError, match=finding) as caught:
        with_judge(course, lambda judge: judge.cases)

    assert caught.value.place == f"{path}:2"


def test_a_faulty_reference_is_named_with_its_line(tmp_path: Any, write: Any, suites: dict[str, str]) -> None:
    """The reference is the course's, too."""
    course = write(tmp_path, suites)
    course.reference.write_text("letter = 'B'\nraise RuntimeError('broken')\n")

    with pytest.raises(CourseError, match="RuntimeError: broken") as caught:
        with_judge(course, lambda judge: judge.cases)

    assert caught.value.place == f"{course.reference}:2"


def test_the_users_pytest_configuration_does_not_reach_the_judge(
    in_judge: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Neither environment variables nor a configuration file above the course matter."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('read')\n")

    assert in_judge(lambda judge: len(judge.cases)) == 3
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"


def test_nothing_of_the_suite_stays_behind(in_judge: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """No module of the course is left, and nothing was printed."""
    in_judge(lambda judge: len(judge.cases), test_power="print('loud')\ndef test_x(student):\n    print('louder')\n")

    assert not [name for name in sys.modules if "test_power" in name or "grader_reference" in name]
    assert capfd.readouterr() == ("", "")


def test_two_courses_after_each_other_do_not_share_modules(in_judge: Any) -> None:
    """A suite of the same name is read again."""
    first = in_judge(lambda judge: judge.cases[1].doc)
    second = in_judge(lambda judge: judge.cases[1].doc, test_power='def test_x(student):\n    """Other."""\n')

    assert (first, second) == ("Element by element.", "Other.")


def test_the_same_submission_twice_gives_the_same_results(
    in_judge: Any, submission: Callable[[str], Submission]
) -> None:
    """Everything but the seconds is equal, in one judge and in two."""
    source = "letter = 'c'\ndef power(base, exponent):\n    return base * exponent\n"

    def results(judge: Any) -> list[Any]:
        judged = [judge.judge(submission(source)) for _ in range(2)]
        return [[(r.case, r.verdict, r.finding, r.calls, r.printed, r.detail) for r in j.results] for j in judged]

    first, second = in_judge(results)
    third, _ = in_judge(results)

    assert first == second == third


def test_shared_fixtures_are_torn_down_after_each_submission(
    in_judge: Any, submission: Callable[[str], Submission]
) -> None:
    """A module fixture lives for one student."""
    suite = (
        "import pytest\n"
        "@pytest.fixture(scope='module')\ndef box():\n    return []\n"
        "def test_one(student, box):\n    box.append(student.power(2, 2))\n"
        "def test_two(student, box):\n    assert box == [student.power(2, 2)]\n"
    )

    def verdicts(judge: Any) -> list[Verdict]:
        return [r.verdict for _ in range(2) for r in judge.judge(submission(RIGHT)).results]

    assert in_judge(verdicts, test_power=suite) == [Verdict.PASSED] * 6


def test_the_order_of_parameters_is_blamed_on_the_cases_own_exercise(
    tmp_path: Any, write: Any, submission: Callable[[str], Submission], small_suites: Any, fake_zygote: Any
) -> None:
    """A case may call what another exercise asks for; that function's order costs its points there."""
    using_both = "def test_both(student):\n    assert student.root(9.0, 2) == 3\n    assert student.power(2, 3) == 8\n"
    suites = {**small_suites, "test_root.py": using_both, "test_power.py": using_both}
    course = write(tmp_path, suites)
    root = Exercise(
        id="root",
        kind=ExerciseKind.FUNCTION,
        points=1,
        title=Text(en="t", zh="t"),
        names=("root",),
        parameters=("base", "degree"),
    )
    with course.reference.open("a") as reference:
        reference.write("\n\ndef root(base, degree):\n    return base ** (1 / degree)\n")
    assignment = msgspec.structs.replace(course.assignment, exercises=(*course.assignment.exercises, root))
    course = msgspec.structs.replace(course, assignment=assignment)
    source = "letter = 'B'\ndef root(degree, base):\n    return base ** (1 / degree)\n"
    right, wrong = ("def power(base, exponent):", "def power(exponent, base):")

    def named(power: str) -> dict[str, str]:
        hand_in = submission(f"{source}{power}\n    return base ** exponent\n")
        judgement = with_judge(course, lambda judge: judge.judge(hand_in), zygotes=Zygotes(fake_zygote))
        return {r.case.exercise: f"{r.finding.kind} {r.finding.subject}" for r in judgement.results if r.finding}

    assert named(wrong) == {"power": "parameter_order power", "root": "parameter_order root"}
    assert named(right) == {"power": "check root", "root": "parameter_order root"}


def test_the_environment_names_versions_and_nothing_else(judge_source: Any) -> None:
    """No host name, no path."""
    assert set(judge_source(RIGHT).environment) == {"python", "torch", "numpy", "platform", "grader"}
