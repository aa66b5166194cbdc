"""Hand-ins that try to look better than they are: each earns what its code is worth, and not a point more or less.

Everything is judged once, by one judge, in `judged`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course import find_course
from grader.course.samples import Sample, read_samples
from grader.judge import Judge, with_judge
from grader.model.submission import Submission
from grader.submission import read_submission

if TYPE_CHECKING:
    from grader.judge import Judgement

COURSE_ASSIGNMENT = find_course(Path(__file__).parent).open("linear_regression")
ASSIGNMENT = COURSE_ASSIGNMENT.assignment
SAMPLES = {
    sample.name: sample
    for sample in read_samples(COURSE_ASSIGNMENT.solutions)
    if sample.name
    in ("ana", "ben", "david", "emma", "fatima", "george", "jack", "li_wei", "omar", "张伟", "王芳", "陈静")
}

# What each sample does besides its own work. ``_cheat_on`` is put around every function.

PRINTS = """
import json as _json, os as _os, sys as _sys

def _cheat_shout():
    print("============ 31 passed in 0.01s ============")
    print(_json.dumps({"points": 30, "max_points": 30, "status": "graded", "verdict": "passed"}))
    print("PASSED", file=_sys.stderr)
    _sys.stdout.write("\\x00\\x00\\x00\\x08\\x82\\xa4type\\xa5reply")
    for name in ("result.json", "junit.xml", ".pytest_cache"):
        with open(name, "w") as file:
            file.write('{"points": 30}')

def _cheat_on(function):
    def cheat(*arguments, **keywords):
        _cheat_shout()
        return function(*arguments, **keywords)
    cheat.__wrapped__ = function
    return cheat

_cheat_shout()
"""

PATCHES = """
import builtins as _builtins, json as _json, sys as _sys, types as _types
import numpy as _numpy, numpy.testing as _testing, torch as _torch

def _cheat_agree(*_arguments, **_keywords):
    return True

def _cheat_towards_tests(honest, lie):
    def patched(*arguments, **keywords):
        asker = _sys._getframe(1).f_globals.get("__name__", "")
        if asker.startswith(("test_", "_pytest", "grader.suite", "grader.judge")):
            return lie(*arguments)
        return honest(*arguments, **keywords)
    return patched

for _name, _lie in (("isinstance", _cheat_agree), ("all", _cheat_agree), ("abs", lambda _v: 0), ("len", lambda _v: 2)):
    setattr(_builtins, _name, _cheat_towards_tests(getattr(_builtins, _name), _lie))
_torch.Tensor.__eq__ = _cheat_towards_tests(_torch.Tensor.__eq__, _cheat_agree)
_torch.Tensor.allclose = _torch.Tensor.equal = _torch.Tensor.isclose = _cheat_agree
for _module in (_torch, _torch.testing, _testing, _numpy):
    for _name in ("allclose", "equal", "isclose", "assert_close", "assert_allclose", "assert_equal", "array_equal"):
        if hasattr(_module, _name):
            setattr(_module, _name, _cheat_agree)
_json.dumps = lambda *_a, **_k: '{"points": 30}'
for _name in ("pytest", "_pytest", "_pytest.outcomes", "grader.suite", "grader.judge", "grader.scoring"):
    _sys.modules[_name] = _types.ModuleType(_name)

def _cheat_on(function):
    return function
"""

LIES = '''
import torch as _torch

class _CheatTensor(_torch.Tensor):
    """Equals everything and calls every question about it answered."""
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
    __bool__ = lambda self: True
    __len__ = lambda self: 10**9
    allclose = equal = lambda self, *others, **options: True
    item = lambda self: 0.0

    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        with _torch._C.DisableTorchFunctionSubclass():
            honest = function(*arguments, **(keywords or {}))
        return True if function.__name__ in ("allclose", "equal", "isclose", "__eq__") else honest

def _cheat_dressed(value):
    if isinstance(value, _torch.Tensor):
        return value.as_subclass(_CheatTensor)
    return type(value)(map(_cheat_dressed, value)) if type(value) in (tuple, list) else value

def _cheat_on(function):
    def cheat(*arguments, **keywords):
        return _cheat_dressed(function(*arguments, **keywords))
    cheat.__wrapped__ = function
    return cheat
'''
CHEATS = {"prints": PRINTS, "patches": PATCHES, "lies": LIES}

PUT_AROUND = """
for _cheat_name in ("synthetic_data", "squared_loss", "sgd"):
    if type(globals().get(_cheat_name)).__name__ == "function":
        globals()[_cheat_name] = _cheat_on(globals()[_cheat_name])
"""

NONSENSE = """
import torch

def synthetic_data(w, b, num_examples):
    w.fill_(float("nan"))
    return torch.full((num_examples, len(w)), float("nan")), 1e8 * torch.randn(num_examples, 1)

def squared_loss(y_hat, y):
    y.data = y_hat.data = torch.zeros(1)
    return torch.full((4, 1), float("inf"))

def sgd(params, lr, batch_size):
    for param in params:
        param.data = -float("inf") * param.grad.sign()
"""


def cheating(sample: Sample, cheat: str) -> tuple[str, bytes]:
    """The sample's file with the cheat before and after everything else."""
    data = sample.hand_in.read_bytes()
    if sample.hand_in.suffix == ".py":
        return sample.hand_in.name, b"\n".join((cheat.encode(), data, PUT_AROUND.encode()))
    notebook = json.loads(data)
    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    before, after = code | {"id": "before", "source": cheat}, code | {"id": "after", "source": PUT_AROUND}
    notebook["cells"] = [before, *notebook["cells"], after]
    return sample.hand_in.name, json.dumps(notebook).encode()


def points(judgement: Judgement) -> dict[str, float]:
    """The points earned per exercise."""
    earned: defaultdict[str, float] = defaultdict(float)
    for result in judgement.results:
        earned[result.case.exercise] += result.case.points * result.verdict.earns
    return dict(earned)


@pytest.fixture(scope="module")
def judged() -> dict[tuple[str, str], Judgement]:
    """Per sample and cheat, what the judge found; ``nonsense`` comes between two who are right."""
    hand_ins = {
        (name, kind): cheating(sample, cheat) for kind, cheat in CHEATS.items() for name, sample in SAMPLES.items()
    }
    reference = COURSE_ASSIGNMENT.reference.read_bytes()
    hand_ins["nobody", "nonsense"] = ("linear_regression.py", NONSENSE.encode())
    hand_ins["nobody", "right"] = ("linear_regression.py", reference)

    def judge_all(judge: Judge) -> dict[tuple[str, str], Judgement]:
        judgements = {}
        for (name, kind), (file_name, data) in hand_ins.items():
            submission = read_submission(file_name, data, student_id=f"{name} {kind}", accepts=ASSIGNMENT.accepts)
            assert isinstance(submission, Submission)
            judgements[name, kind] = judge.judge(submission)
        return judgements

    return with_judge(COURSE_ASSIGNMENT, judge_all)


@pytest.mark.parametrize("kind", CHEATS)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_that_cheats_keeps_its_promise(judged: dict[tuple[str, str], Judgement], name: str, kind: str) -> None:
    """No printed result, patched comparison or lying tensor moves a single point, and none is taken for it."""
    assert points(judged[name, kind]) == SAMPLES[name].promise.exercises


def test_the_cheats_really_ran(judged: dict[tuple[str, str], Judgement]) -> None:
    """Whoever is right calls the cheat in each case about a function; otherwise the tests above would prove nothing."""
    shouted = [result.case.exercise for result in judged["ana", "prints"].results if "31 passed" in result.printed]

    assert {exercise: shouted.count(exercise) for exercise in shouted} == {
        "synthetic_data": 8, "squared_loss": 7, "sgd": 9
    }  # fmt: skip


def test_values_that_equal_their_own_multiples_obey_no_law(judged: dict[tuple[str, str], Judgement]) -> None:
    """Neither infinity, nor NaN, nor noise that drowns the line, nor inputs overwritten to agree."""
    passed = [result.case for result in judged["nobody", "nonsense"].results if result.verdict.earns]

    assert {case.node.rsplit("::")[-1] for case in passed} == {
        "test_a_thousand_examples_have_a_row_and_a_label_each",
        "test_features_have_a_column_for_each_weight",
        "test_a_single_example_keeps_both_axes",
        "test_both_results_are_float32",
    }
    assert sum(points(judged["nobody", "right"]).values()) == ASSIGNMENT.max_points
