"""Tests of stand-ins: the helpers that notebooks use are there, what exercises ask for is not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Load = Callable[..., Any]

IMPORTS = [
    "from d2l import torch as d2l",
    "import d2l.torch as d2l",
    "import d2l",
    "import d2lzh_pytorch as d2l",
    "import d2lzh as d2l",
    "from d2lzh_pytorch import utils as d2l",
    "from d2lzh_pytorch import *\nimport d2lzh_pytorch as d2l",
]


@pytest.mark.parametrize("line", IMPORTS)
def test_each_habitual_import_is_answered_and_said(load: Load, line: str) -> None:
    """Once per package."""
    loaded = load(f"{line}\nd2l.set_figsize()\ntimer = d2l.Timer()\nd2l.plt.figure")

    assert loaded.failures == []
    (notice,) = loaded.notices("stand_in")
    assert notice.values["package"] in {"d2l", "d2lzh", "d2lzh_pytorch"}


@pytest.mark.parametrize("line", IMPORTS)
@pytest.mark.parametrize("name", ["synthetic_data", "squared_loss", "sgd"])
def test_what_the_exercises_ask_for_is_not_offered(load: Load, line: str, name: str) -> None:
    """Neither by attribute nor by import, and the message says why."""
    loaded = load(
        f"{line}\n{name} = d2l.{name}",
        f"from d2l.torch import {name}\nfrom d2lzh_pytorch import {name}",
        names=[name],
    )

    for failure in loaded.failures:
        assert failure.error.message.startswith(f"this stand-in for {failure.stand_in} does not offer `{name}`")
        assert failure.error.message.endswith(": it is what the exercise asks you to write")
    assert [failure.stand_in for failure in loaded.failures[1:]] == ["d2l", "d2lzh_pytorch"]
    assert len(loaded.failures) == 3
    assert name not in loaded.names


def test_what_nobody_asks_for_is_just_not_offered(load: Load) -> None:
    """The stand-in knows what this assignment asks for, and makes no exercise of anything else."""
    loaded = load("from d2l import torch as d2l\nx = d2l.SGD", names=["sgd"])

    assert loaded.failures[0].error.message == "this stand-in for d2l does not offer `SGD`"
    assert loaded.failures[0].stand_in == "d2l"


def test_a_definition_that_fails_over_a_stand_in_is_still_the_students_own(load: Load) -> None:
    """Nor is any other error the stand-in's refusal."""
    loaded = load("from d2l import torch as d2l\n@d2l.nothing\ndef sgd(): pass\nx = d2l.plt.nothing\ny = (1).nothing")

    assert [failure.stand_in for failure in loaded.failures] == ["", "", ""]


def test_no_text_of_the_stand_ins_holds_a_solution() -> None:
    """Nor a class that contains one."""
    folder = Path(sys.modules["grader.worker.standins"].__file__ or "").parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))

    for telling in (
        "** 2 / 2",
        "**2 / 2",
        "0.01",
        "grad / ",
        "lr *",
        "* lr",
        "def synthetic_data",
        "def squared_loss",
        "def sgd",
        "class SGD",
        "MSELoss",
    ):
        assert telling not in text


def test_the_star_import_gives_what_the_books_gives(load: Load) -> None:
    """And nothing of ours."""
    loaded = load(
        "from d2l.torch import *\nx = np.ones(2), torch.ones(2), nn.Linear(1, 1), random.random(), plt, math.pi",
        "a = reshape(arange(4), (2, 2)), reduce_mean(ones(2)), size(zeros(3)), float32, matmul, normal, F, os",
    )

    assert loaded.failures == []
    assert {"DATA_HUB", "Accumulator", "Animator", "d2l", "collections", "display", "backend_inline"} <= set(
        loaded.names
    )
    assert not {"annotations", "TYPE_CHECKING", "Any", "GrowingChart", "explanation", "get_ipython"} & set(loaded.names)


def test_what_comes_from_a_stand_in_is_marked(load: Load) -> None:
    """So that it is never taken for the student's answer; torch's own things are torch's."""
    loaded = load(
        "from d2l.torch import linreg, Timer, torch, matmul\nimport functools\nnet = functools.partial(linreg)\n"
        "class Mine(Timer): pass\nt = Timer()\nm = Mine()"
    )

    marked = {name.name: name.from_stand_in for name in loaded.report.names}
    assert marked == {
        "linreg": "d2l",
        "Timer": "d2l",
        "torch": "",
        "matmul": "",
        "functools": "",
        "net": "d2l",
        "Mine": "",
        "t": "d2l",
        "m": "",
    }


@pytest.mark.parametrize("framework", ["mxnet", "tensorflow", "paddle", "jax"])
def test_other_frameworks_get_a_clear_message(load: Load, framework: str) -> None:
    """And are missing packages with what they were needed for."""
    loaded = load(f"from d2l import {framework} as d2l\nd2l.plt.plot([1])\nx = 1")

    assert "is not installed here" in loaded.failures[0].error.message
    assert loaded.notices("package_missing")[0].values == {
        "package": framework,
        "needed_for": "d2l.plt.plot",
        "names": "d2l",
    }
    assert "x" in loaded.names


def test_a_real_package_wins(load: Load) -> None:
    """The finder stands behind all others."""
    loaded = load(
        "%%writefile d2l.py\nsgd = 'the real one'", "import d2l\nx = d2l.sgd", then=lambda namespace: namespace["x"]
    )

    assert loaded.value == "the real one"
    assert loaded.notices("stand_in") == []


def test_the_small_tools_count_and_measure(load: Load) -> None:
    """Timer, Accumulator, accuracy, devices, loaders."""
    loaded = load(
        "from d2l import torch as d2l\nimport torch\nfrom torch import nn",
        "timer = d2l.Timer(); timer.stop(); t = timer.sum() >= 0 and timer.avg() >= 0 and len(timer.cumsum()) == 1",
        "m = d2l.Accumulator(2); m.add(1, 2); m.add(1, torch.tensor(2)); a = (m[0], m[1]); m.reset(); z = m[0]",
        "n = d2l.accuracy(torch.tensor([[0.1, 0.9], [0.8, 0.2]]), torch.tensor([1, 1]))",
        "it = d2l.load_array((torch.ones(4, 2), torch.ones(4)), 2); e = d2l.evaluate_accuracy(nn.Linear(2, 2), it)",
        "l = d2l.evaluate_loss(nn.Linear(2, 1), it, nn.L1Loss(reduction='none'))",
        "g = (d2l.try_gpu().type, [d.type for d in d2l.try_all_gpus()], d2l.get_dataloader_workers())",
        "y = d2l.linreg(torch.ones(3, 2), torch.ones(2, 1), 1).shape",
        "s = sum(len(X) for X, _ in d2l.data_iter(3, torch.ones(10, 2), torch.ones(10)))",
        "with d2l.Benchmark('x'): pass",
        then=lambda ns: (
            ns["t"],
            ns["a"],
            ns["z"],
            ns["n"],
            0 <= ns["e"] <= 1,
            ns["l"] >= 0,
            ns["g"],
            ns["y"],
            ns["s"],
        ),
    )

    assert loaded.failures == []
    assert loaded.value == (True, (2, 4), 0, 1, True, True, ("cpu", ["cpu"], 0), (3, 1), 10)


def test_plots_of_the_book_are_drawn(load: Load) -> None:
    """One curve, several, with axes; an animation once, at the end of its cell."""
    loaded = load(
        "from d2l import torch as d2l\nimport torch\nx = torch.arange(0, 3, 0.1)",
        "d2l.plot(x, [x, 2 * x], 'x', 'f(x)', legend=['a', 'b'], xlim=[0, 3], ylim=[0, 6])",
        "d2l.plot(x)",
        "d2l.plot([1, 2], [3, 4])",
        "d2l.plot([x, x], [x, x])",
        "import d2lzh as old\nold.semilogy([1, 2], [1, 10], 'x', 'y', [1, 2], [2, 20], ['a', 'b'])",
        "animator = d2l.Animator(xlabel='epoch', xlim=[1, 3], legend=['train', 'test'])\n"
        "for epoch in range(3): animator.add(epoch + 1, (0.5, None if epoch else 0.3))",
    )

    assert loaded.failures == []
    assert [len(loaded.images(cell)) for cell in range(1, 7)] == [1] * 6


def test_downloads_say_that_there_is_no_network(load: Load) -> None:
    """Rather than waiting for one."""
    loaded = load("from d2l import torch as d2l\nd2l.download('http://x/y.csv')\nd2l.DATA_HUB['a'] = ('u', 'h')")

    assert [failure.error.message for failure in loaded.failures] == ["no network while grading: http://x/y.csv"]


def test_a_name_that_nobody_offers_says_which_stand_in_lacks_it(load: Load) -> None:
    """And ``hasattr`` works as for any module."""
    loaded = load(
        "from d2l import torch as d2l\nh = hasattr(d2l, 'bert'), hasattr(d2l, 'Timer')\nd2l.bert",
        then=lambda namespace: namespace["h"],
    )

    assert loaded.value == (False, True)
    assert loaded.failures[0].error.message == "this stand-in for d2l does not offer `bert`"
