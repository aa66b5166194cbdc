"""Tests of the assignment ``linear_regression``: whoever is right earns everything, each mistake costs its cases.

All hand-ins (samples, alternatives, misconceptions, stubs, reference) are judged once, by one judge, in `judged`.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import torch

from grader.course import find_course
from grader.course.samples import Misconception, Sample, read_misconceptions, read_samples
from grader.judge import Judge, Judgement, with_judge
from grader.model.assignment import ExerciseKind
from grader.model.result import Broadcast, Curves, FindingKind, Scatter
from grader.model.submission import Submission
from grader.submission import read_submission
from grader.suite import CheckFailed

if TYPE_CHECKING:
    from types import ModuleType

    from grader.model.result import Case, CaseResult

COURSE_ASSIGNMENT = find_course(Path(__file__).parent).open("linear_regression")
ASSIGNMENT, SOLUTIONS = COURSE_ASSIGNMENT.assignment, COURSE_ASSIGNMENT.solutions
SAMPLES, MISCONCEPTIONS = read_samples(SOLUTIONS), read_misconceptions(SOLUTIONS)
ALTERNATIVES = sorted((SOLUTIONS / "alternatives").glob("*.py"))
MASTER = SOLUTIONS / "linear_regression.ipynb"
STUBS = [COURSE_ASSIGNMENT.handout / f"linear_regression.{ending}" for ending in ("ipynb", "py")]


def points(results: tuple[CaseResult, ...]) -> dict[str, float]:
    """The points earned per exercise."""
    earned: defaultdict[str, float] = defaultdict(float)
    for result in results:
        earned[result.case.exercise] += result.case.points * result.verdict.earns
    return dict(earned)


def suite(name: str) -> ModuleType:
    """A hidden suite as a plain module."""
    spec = importlib.util.spec_from_file_location(name, SOLUTIONS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hand_ins() -> dict[str, tuple[str, bytes]]:
    """Per key, the name and the bytes of a file to hand in; a mistake stands in an otherwise right module."""
    reference = COURSE_ASSIGNMENT.reference.read_bytes()
    files = {f"sample/{sample.name}": sample.hand_in for sample in SAMPLES}
    files |= {f"right/{path.name}": path for path in [*ALTERNATIVES, COURSE_ASSIGNMENT.reference, MASTER]}
    files |= {f"stub/{path.name}": path for path in STUBS}
    mistakes = {f"mistake/{each.exercise}/{each.name}": each.path.read_bytes() for each in MISCONCEPTIONS}
    return {key: (path.name, path.read_bytes()) for key, path in files.items()} | {
        key: ("linear_regression.py", reference + b"\n\n" + source) for key, source in mistakes.items()
    }


@pytest.fixture(scope="module")
def judged() -> tuple[tuple[Case, ...], dict[str, Judgement]]:
    """The cases of the assignment, and what the judge found for every hand-in."""

    def judge_all(judge: Judge) -> tuple[tuple[Case, ...], dict[str, Judgement]]:
        assert judge.faults == {}
        judgements = {}
        for key, (name, data) in hand_ins().items():
            submission = read_submission(name, data, student_id=key, accepts=ASSIGNMENT.accepts)
            assert isinstance(submission, Submission)
            judgements[key] = judge.judge(submission)
        return judge.cases, judgements

    return with_judge(COURSE_ASSIGNMENT, judge_all)


@pytest.fixture(scope="module")
def cases(judged: tuple[tuple[Case, ...], dict[str, Judgement]]) -> tuple[Case, ...]:
    """All cases, visible and hidden."""
    return judged[0]


@pytest.fixture(scope="module")
def judgements(judged: tuple[tuple[Case, ...], dict[str, Judgement]]) -> dict[str, Judgement]:
    """Per key of `hand_ins`, its judgement."""
    return judged[1]


# -- the suites -------------------------------------------------------------------------------------------------------


def test_the_cases_points_add_up_to_the_manifests(cases: tuple[Case, ...]) -> None:
    """What the manifest promises per exercise is what its cases are worth."""
    sums: defaultdict[str, float] = defaultdict(float)
    for case in cases:
        sums[case.exercise] += case.points

    assert sums == {exercise.id: exercise.points for exercise in ASSIGNMENT.exercises}
    assert ASSIGNMENT.max_points == 30


def test_every_exercise_has_enough_hidden_cases(cases: tuple[Case, ...]) -> None:
    """At least five per function and two per quiz answer."""
    for exercise in ASSIGNMENT.exercises:
        hidden = [case for case in cases if case.exercise == exercise.id and not case.visible]
        assert len(hidden) >= (5 if exercise.kind is ExerciseKind.FUNCTION else 2 * len(exercise.names))


def test_every_case_has_words_in_both_languages(cases: tuple[Case, ...]) -> None:
    """Title, hint and docstring are there, and the Chinese is Chinese."""
    for case in cases:
        assert case.doc, case.id
        for text in (case.title, case.hint):
            assert text is not None, case.id
            assert text.en.isascii(), case.id
            assert re.search(r"[\u4e00-\u9fff]", text.zh), case.id


def test_resetting_gradients_is_a_small_share(cases: tuple[Case, ...]) -> None:
    """A student who resets them in the loop, as older material does, loses little."""
    (reset,) = [case for case in cases if "gradients_are_reset" in case.node]

    assert reset.points <= 0.1 * ASSIGNMENT.exercise("sgd").points


# -- right and wrong hand-ins -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [path.name for path in [*ALTERNATIVES, COURSE_ASSIGNMENT.reference, MASTER]])
def test_whoever_is_right_earns_everything(judgements: dict[str, Judgement], name: str) -> None:
    """Reference, master and every known variant pass every case."""
    failed = {r.case.node: r.finding for r in judgements[f"right/{name}"].results if not r.verdict.earns}

    assert failed == {}


@pytest.mark.parametrize("name", [path.name for path in STUBS])
def test_the_stub_earns_nothing(judgements: dict[str, Judgement], name: str) -> None:
    """What is handed out is worth nothing, as a notebook and as a module."""
    assert {result.verdict.value for result in judgements[f"stub/{name}"].results} == {"missing"}


@pytest.mark.parametrize("mistake", MISCONCEPTIONS, ids=lambda mistake: f"{mistake.exercise}/{mistake.name}")
def test_a_known_mistake_costs_exactly_its_cases(judgements: dict[str, Judgement], mistake: Misconception) -> None:
    """The tests that the mistake names fail, and no other does."""
    results = judgements[f"mistake/{mistake.exercise}/{mistake.name}"].results
    failed = {result.case.node.rpartition("::")[2] for result in results if not result.verdict.earns}

    assert failed == set(mistake.caught_by)
    assert failed


@pytest.mark.parametrize(
    ("hand_in", "node", "kind"),
    [
        ("mistake/synthetic_data/three_results", "features_have_a_column", FindingKind.WRONG_LENGTH),
        ("mistake/synthetic_data/three_results", "every_call_draws_afresh", FindingKind.WRONG_LENGTH),
        ("mistake/synthetic_data/arrays_returned", "both_results_are_float32", FindingKind.NOT_A_TENSOR),
        ("mistake/synthetic_data/noise_uniform", "noise_is_distributed", FindingKind.OUT_OF_RANGE),
        ("mistake/synthetic_data/noise_broadcasts", "labels_follow", FindingKind.SHAPE),
        ("sample/jack", "labels_follow", FindingKind.LAW),
        ("sample/jack", "noise_is_distributed", FindingKind.LAW),
        ("mistake/squared_loss/return_missing", "neither_input", FindingKind.RETURNED_NONE),
    ],
)
def test_a_mistake_is_named(judgements: dict[str, Judgement], hand_in: str, node: str, kind: FindingKind) -> None:
    """Constants, triples, arrays and tables have findings that say so, not that a check could not go on."""
    (result,) = [result for result in judgements[hand_in].results if node in result.case.node]

    assert result.finding is not None
    assert result.finding.kind is kind


@pytest.mark.parametrize("mistake", ["sum_taken", "mean_taken"])
def test_a_reduced_loss_is_a_single_number_where_several_are_expected(
    judgements: dict[str, Judgement], mistake: str
) -> None:
    """Of a single example, it would pass for another arrangement of the right number of values."""
    results = judgements[f"mistake/squared_loss/{mistake}"].results
    (finding,) = [result.finding for result in results if "columns_of_every_length" in result.case.node]

    assert finding is not None
    assert finding.got is not None
    assert finding.expected is not None
    assert (finding.got.shape, finding.expected.shape) == ((), (7, 1))


@pytest.mark.parametrize(
    ("mistake", "node"),
    [("synthetic_data/bias_missing", "labels_follow"), ("sgd/rebinding", "training_reaches")],
)
def test_what_the_data_were_made_of_stays_concealed(judgements: dict[str, Judgement], mistake: str, node: str) -> None:
    """The true weights and bias are inputs: whoever knew them could return them."""
    results = judgements[f"mistake/{mistake}"].results
    (finding,) = [result.finding for result in results if node in result.case.node]

    assert finding is not None
    assert finding.what is not None
    assert finding.conceal_expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_earns_what_it_promises(judgements: dict[str, Judgement], sample: Sample) -> None:
    """Points per exercise and the notable verdicts are those of ``expected.toml``."""
    results = judgements[f"sample/{sample.name}"].results
    verdicts = {result.case.id: result.verdict for result in results}

    assert points(results) == sample.promise.exercises
    assert {case: verdicts[case] for case in sample.promise.verdicts} == sample.promise.verdicts


@pytest.mark.parametrize("name", ["emma", "hana", "ivan"])
def test_students_see_the_verdicts_of_the_visible_cases_beforehand(
    judgements: dict[str, Judgement], tmp_path: Path, name: str
) -> None:
    """In a copy of what students get, plain pytest passes and fails the cases that the report will pass and fail."""
    (sample,) = [sample for sample in SAMPLES if sample.name == name]
    handout = shutil.copytree(COURSE_ASSIGNMENT.handout, tmp_path / "homework", ignore=shutil.ignore_patterns("__*"))
    shutil.copy(sample.hand_in, handout)
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "test_visible.py"]

    run = subprocess.run(
        [*command, "--submission", sample.hand_in.name], cwd=handout, capture_output=True, text=True, check=False
    )

    seen = dict(re.findall(r"^test_visible\.py::(\w+) (PASSED|FAILED)", run.stdout, re.MULTILINE))
    reported = {
        result.case.node.rpartition("::")[2]: "PASSED" if result.verdict.earns else "FAILED"
        for result in judgements[f"sample/{name}"].results
        if result.case.visible
    }
    assert seen == reported, run.stdout + run.stderr


def test_there_are_samples_of_every_kind() -> None:
    """Twelve students and more, notebooks and modules, right, partly right and empty."""
    assert len(SAMPLES) >= 14
    assert {sample.hand_in.suffix for sample in SAMPLES} == {".ipynb", ".py"}
    assert {0, ASSIGNMENT.max_points} < {sample.promise.points for sample in SAMPLES}


def test_every_function_has_known_mistakes() -> None:
    """At least four for each."""
    for exercise in ASSIGNMENT.exercises:
        known = [mistake for mistake in MISCONCEPTIONS if mistake.exercise == exercise.id]
        assert len(known) >= (4 if exercise.kind is ExerciseKind.FUNCTION else 1)


def test_pictures_show_the_student_beside_the_reference(judgements: dict[str, Judgement]) -> None:
    """Data, training loss and the broadcast are attached, whether the case passes or not."""
    for name in ("ana", "emma"):
        shown = [each for result in judgements[f"sample/{name}"].results for each in result.exhibits]
        (scatter,) = [exhibit for exhibit in shown if isinstance(exhibit, Scatter)]
        (curves,) = [exhibit for exhibit in shown if isinstance(exhibit, Curves)]
        (broadcast,) = [exhibit for exhibit in shown if isinstance(exhibit, Broadcast)]
        for exhibit in (scatter, curves):
            assert [series.role for series in exhibit.series] == ["student", "reference"]
        assert scatter.spread["reference"] == pytest.approx(0.01, rel=0.1)
        assert [broadcast.table[i][i] for i in range(3)] == [0, 0.125, 0.5]


# -- chance -----------------------------------------------------------------------------------------------------------


def test_statistics_do_not_fail_a_right_solution_by_chance() -> None:
    """Three hundred draws without a seed pass every statistical case; each would fail one in a million."""
    reference, cases = suite("linear_regression"), suite("test_synthetic_data")
    torch.seed()

    for _ in range(300):
        cases.test_features_are_standard_normal(reference)
        cases.test_labels_follow_the_given_line(reference)
        cases.test_noise_is_distributed_like_the_references(reference, reference)
        cases.test_every_call_draws_afresh(reference)


def test_uniform_noise_is_never_taken_for_normal() -> None:
    """A hundred draws without a seed fail the case, each with the right spread; one in a trillion would not."""
    reference, cases = suite("linear_regression"), suite("test_synthetic_data")
    torch.seed()

    def uniform(w: torch.Tensor, b: float, num_examples: int) -> tuple[torch.Tensor, torch.Tensor]:
        X = torch.randn(num_examples, len(w))
        return X, (X @ w + b + 0.01 * 3**0.5 * (2 * torch.rand(num_examples) - 1)).reshape(-1, 1)

    for _ in range(100):
        with pytest.raises(CheckFailed, match="noise"):
            cases.test_noise_is_distributed_like_the_references(SimpleNamespace(synthetic_data=uniform), reference)


def test_training_does_not_fail_a_right_solution_by_chance() -> None:
    """Thirty trainings without a seed end far inside the tolerance, with at most 60 calls each."""
    reference, cases = suite("linear_regression"), suite("test_sgd")
    torch.seed()
    calls: list[str] = []

    def counted(name: str) -> Any:
        def call(*arguments: Any) -> Any:
            calls.append(name)
            return getattr(reference, name)(*arguments)

        return call

    student = SimpleNamespace(sgd=counted("sgd"))
    for _ in range(30):
        data, loss = counted("synthetic_data"), counted("squared_loss")
        cases.test_training_reaches_the_true_parameters(student, reference, data, loss)

    assert len(calls) / 30 <= 60


# -- the quiz ---------------------------------------------------------------------------------------------------------


def question(cell_id: str) -> str:
    """The text of a cell of the master."""
    document = json.loads(MASTER.read_text(encoding="utf-8"))
    (cell,) = [cell for cell in document["cells"] if cell["id"] == cell_id]
    return "".join(cell["source"])


def train(loss: str) -> torch.Tensor:
    """The weight that training finds with the loss as the question has it, for y of shape (n,)."""
    torch.manual_seed(3)
    X, true_w = torch.randn(60, 2), torch.tensor([2.0, -3.4])
    targets = X @ true_w + 1.5
    w, b = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(150):
        losses = eval(loss, {"y_hat": X @ w + b, "y": targets})
        gradients = torch.autograd.grad(losses.mean(), (w, b))
        with torch.no_grad():
            w -= 0.3 * gradients[0]
            b -= 0.3 * gradients[1]
    return (w.detach().reshape(-1) - true_w).abs().max()


def test_exactly_one_of_the_four_losses_makes_training_fail() -> None:
    """Run as the question writes them, A, C and D reach the true weight; B, the answer, does not."""
    losses = dict(re.findall(r"^- \*\*([A-D])\*\* `(.+)`$", question("broadcasting-text"), re.MULTILINE))
    distances = {letter: float(train(loss)) for letter, loss in losses.items()}

    assert sorted(distances) == ["A", "B", "C", "D"]
    assert [letter for letter, distance in sorted(distances.items()) if distance > 1e-3] == ["B"]
    assert distances["B"] > 1
    assert suite("linear_regression").broadcasting_answer == "B"


def test_the_question_says_which_shapes_are_meant() -> None:
    """In both languages it gives the shapes of y_hat and y, without which two answers could be right."""
    english, chinese = question("broadcasting-text").split("一位同学", 1)

    for text in (english, chinese):
        assert "`y_hat`" in text
        assert "`(n, 1)`" in text
        assert "`(n,)`" in text


@pytest.mark.parametrize("bias", [(), (1,), (1, 1)])
def test_the_accepted_shapes_make_the_layer_work(bias: tuple[int, ...]) -> None:
    """A 7 by 8 input becomes a 7 by 1 output with (8, 1) and each accepted bias."""
    assert (torch.ones(7, 8) @ torch.ones(8, 1) + torch.ones(bias)).shape == (7, 1)


def test_every_explained_shape_is_a_wrong_one() -> None:
    """No explanation belongs to a right answer, and nn.Linear's layout has one."""
    shapes = suite("test_layer_shapes")

    assert (8, 1) not in shapes.WEIGHT_EXPLANATIONS
    assert "nn.Linear" in shapes.WEIGHT_EXPLANATIONS[1, 8].en
    assert not {(), (1,), (1, 1)} & set(shapes.BIAS_EXPLANATIONS)


def test_the_text_promises_the_points_of_the_manifest() -> None:
    """The table that students read says what each exercise is worth."""
    rows = re.findall(r"^\| \d \| `(\w+).*\| (\d+) \|$", question("welcome"), re.MULTILINE)
    by_name = {exercise.names[0]: exercise.points for exercise in ASSIGNMENT.exercises}

    assert {name: float(worth) for name, worth in rows} == by_name
