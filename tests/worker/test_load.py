"""Tests of loading a hand-in: whatever happens around them, the student's definitions survive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.worker.load import MOST_BINDING_FAILURES, MOST_FAILURES

Load = Callable[..., Any]

THE_THREE = ("synthetic_data", "squared_loss", "sgd")


def works(namespace: dict[str, Any]) -> bool:
    """Train two steps with the three functions of a hand-in."""
    w, b = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    X, y = namespace["synthetic_data"](torch.tensor([2.0, -3.4]), 4.2, 50)
    for _ in range(2):
        loss = namespace["squared_loss"](X @ w + b, y).sum()
        torch.autograd.backward(loss)
        namespace["sgd"]([w, b], 0.03, 50)
    return X.shape == (50, 2) and y.shape == (50, 1) and bool((w != 0).all())


# -- sample hand-ins --------------------------------------------------------------------------------------------------


def test_a_chinese_notebook_in_the_style_of_the_book_runs_without_any_error(load_file: Load) -> None:
    """The stand-in answers for the package that is not installed."""
    loaded = load_file("d2l_zh.cells", names=THE_THREE, then=works)

    assert loaded.value
    assert loaded.failures == []
    assert [notice.values["package"] for notice in loaded.notices("stand_in")] == ["d2l"]


def test_a_notebook_of_the_first_edition_trains_and_shows_its_figure(load_file: Load) -> None:
    """``set_matplotlib_formats``, gone from IPython, is a no-op; ``d2lzh_pytorch`` is answered."""
    loaded = load_file("first_edition_zh.cells")

    assert loaded.failures == []
    assert "epoch 2, loss" in loaded.text(6)
    assert len(loaded.images(2)) == 1


def test_a_notebook_from_another_place_keeps_its_three_functions(load_file: Load) -> None:
    """Shell commands, missing packages, Python 2, magics, a missing file and a missing GPU cost nothing else."""
    loaded = load_file("messy_en.cells", names=THE_THREE, then=works)

    assert loaded.value
    assert {failure.error.type_name for failure in loaded.failures} == {
        "ModuleNotFoundError", "NameError", "SyntaxError", "AssertionError", "FileNotFoundError",
    }  # fmt: skip
    assert {"weight_shape", "bias_shape", "broadcasting_answer", "plt", "np"} <= set(loaded.names)


def test_a_notebook_full_of_syntax_errors_keeps_what_parses(load_file: Load) -> None:
    """Everything around each bad statement runs, and each is named with its line."""
    loaded = load_file("broken_zh.cells", names=THE_THREE, then=works)

    assert loaded.value
    assert [(failure.cell, failure.line, failure.reason) for failure in loaded.failures] == [
        (0, 3, "syntax"), (0, 10, "syntax"), (0, 14, "syntax"), (0, 17, "syntax"), (0, 24, "syntax"),
        (0, 26, "syntax"), (1, 2, "syntax"),
    ]  # fmt: skip
    assert len(loaded.notices("syntax_skipped")) == 2


def test_a_notebook_with_classes_of_the_book_trains(load_file: Load) -> None:
    """``add_to_class``, ``save_hyperparameters`` and the trainer work; the student's own classes are the student's."""
    loaded = load_file("scratch_1_0.cells")

    assert loaded.failures == []
    assert loaded.text(8) == "True"
    assert len(loaded.images(7)) == 1
    assert {name.name: name.from_stand_in for name in loaded.report.names}["SGD"] == ""


def test_a_module_from_windows_with_its_answers_in_the_main_block(load_file: Load) -> None:
    """A byte-order mark, carriage returns, a form feed and no last newline are as good as none."""
    loaded = load_file("windows_zh.module", names=THE_THREE, then=lambda namespace: namespace["DATA"])

    assert {"squared_loss", "sgd", "Options", "options", "broadcasting_answer"} <= set(loaded.names)
    assert [failure.line for failure in loaded.failures] == [8, 18, 28]
    assert loaded.value == "data.csv"
    assert len(loaded.notices("main_block_run")) == 1


def test_an_exported_notebook_is_a_module_that_still_asks_for_its_shell(load_file: Load) -> None:
    """``get_ipython()`` is there; an endless main block that defines nothing is left alone."""
    loaded = load_file("exported.module", names=THE_THREE)

    assert [failure.binds for failure in loaded.failures] == [("squared_loss",)]
    assert "it is what the exercise asks you to write" in loaded.failures[0].error.message
    assert loaded.report.ended == "complete"


# -- errors -----------------------------------------------------------------------------------------------------------


def test_an_error_ends_its_statement_only(load: Load) -> None:
    """The rest of the cell runs, and the failure says what it should have bound."""
    loaded = load("a = 1\nb = a / 0\nc = 3")

    (failure,) = loaded.failures
    assert (failure.statement, failure.line, failure.source, failure.binds) == (1, 2, "b = a / 0", ("b",))
    assert loaded.names == ["a", "c"]
    assert loaded.report.cells[0].status == "partly"


def test_a_traceback_shows_only_the_hand_ins_own_lines(load: Load) -> None:
    """Places of this machine are nobody's concern."""
    loaded = load("import torch\ndef f(x):\n    return torch.matmul(x, 'no')\nf(torch.ones(2))")

    (output,) = loaded.report.cells[0].outputs
    assert [(frame.line, frame.function) for frame in loaded.failures[0].error.frames] == [(4, "<module>"), (3, "f")]
    assert output["traceback"][:3] == ["Traceback (most recent call last):", "  cell 1, line 4, in <module>",
                                       "    f(torch.ones(2))"]  # fmt: skip
    assert not any("/" in line for line in output["traceback"])


@pytest.mark.parametrize("ending", ["import sys; sys.exit(3)", "raise KeyboardInterrupt", "raise GeneratorExit",
                                    "raise BaseException('x')", "assert False", "return 5", "await_me = await 3",
                                    "def f(): return f()\nf()"])  # fmt: skip
def test_no_way_to_stop_reaches_the_next_statement(load: Load, ending: str) -> None:
    """Whatever is raised ends its statement only."""
    loaded = load(f"{ending}\nafter = 1")

    assert "after" in loaded.names
    assert len(loaded.failures) == 1


@pytest.mark.parametrize("ending", ["exit()", "quit()", "import sys\nsys.exit()", "sys = 0; raise SystemExit"])
def test_a_quiet_exit_is_no_failure(load: Load, ending: str) -> None:
    """A notebook that ends with ``exit()`` did nothing wrong."""
    loaded = load(f"{ending}\nafter = 1")

    assert "after" in loaded.names
    assert loaded.failures == []


def test_an_error_whose_text_cannot_be_had_is_still_an_error(load: Load) -> None:
    """``__str__`` is the hand-in's own code and may raise."""
    loaded = load("class Odd(Exception):\n    def __str__(self): raise KeyboardInterrupt\nraise Odd()\nafter = 1")

    assert [failure.error.type_name for failure in loaded.failures] == ["Odd"]
    assert "after" in loaded.names


def test_memory_that_cannot_be_had_ends_its_statement(load: Load) -> None:
    """Python's, numpy's and torch's ways to say so have one reason."""
    loaded = load(
        "import numpy, torch\nnumpy.ones((10**7, 10**7))\ntorch.ones(10**7, 10**7)\nraise MemoryError\nafter = 1"
    )

    assert [failure.reason for failure in loaded.failures] == ["out_of_memory"] * 3
    assert "after" in loaded.names
    assert loaded.report.ended == "out_of_memory"


def test_what_killed_the_process_before_is_not_run_again(load: Load) -> None:
    """A skipped statement is a failure with what it would have bound; it is not announced either."""
    loaded = load("a = 1\nimport os; b = os._exit(3)\nc = 3", skip=[(0, 2)])

    (failure,) = loaded.failures
    assert (failure.reason, failure.binds, failure.line) == ("crashed", ("b",), 2)
    assert loaded.visited == [(0, 0), (0, 1), (0, 3)]
    assert loaded.report.ended == "crashed"


def described(loaded: Any, name: str) -> Any:
    """What the report says about a defined name."""
    return next(defined for defined in loaded.report.names if defined.name == name)


@pytest.mark.parametrize("body", ["...", "pass", "'Todo.'", "'Todo.'\n    pass"])
def test_a_function_in_which_nothing_is_written_is_a_placeholder(load: Load, body: str) -> None:
    """Only as long as it is the one that the name stands for."""
    text = f"def sgd(params):\n    {body}"

    assert described(load(text), "sgd").placeholder
    assert not described(load(text, "def sgd(params): return params"), "sgd").placeholder
    assert not described(load(text, "sgd = lambda params: params"), "sgd").placeholder


@pytest.mark.parametrize(
    "text",
    [
        "def sgd(params): return",
        "def sgd(params):\n    params\n    pass",
        "def sgd(params): yield",
        "def sgd(params, lr=print('x')): return None",
        "from functools import cache\n@cache\ndef sgd(params): ...",
        "class sgd: ...",
        "sgd = lambda params: ...",
    ],
)
def test_a_function_that_does_anything_is_no_placeholder(load: Load, text: str) -> None:
    """When in doubt it is an answer."""
    assert not described(load(text), "sgd").placeholder


def test_functions_are_described_by_their_parameters_and_by_what_they_hold(load: Load) -> None:
    """Only asked names are looked for inside."""
    loaded = load(
        "def loss(y_hat, *, y): pass",
        "class Solution:\n    def sgd(self): pass\n    @staticmethod\n    def squared_loss(): pass\n"
        "    synthetic_data = 1",
        "def main():\n    def sgd(): pass\n    def other(): pass",
        names=THE_THREE,
    )

    assert described(loaded, "loss").parameters == ("y_hat", "y")
    assert described(loaded, "Solution").holds == ("squared_loss", "sgd")
    assert described(loaded, "main").holds == ("sgd",)


# -- imports ----------------------------------------------------------------------------------------------------------


def test_one_missing_import_does_not_cost_the_others(load: Load) -> None:
    """Names of one statement are imported one by one."""
    loaded = load("import math, no_such_a as a, random, no_such_b\nfrom os import path, no_such_c, sep")

    assert {"math", "random", "path", "sep"} <= set(loaded.names)
    assert [failure.binds for failure in loaded.failures] == [("a", "no_such_b"), ("no_such_c",)]


def test_a_missing_package_is_named_with_what_it_was_needed_for(load: Load) -> None:
    """The uses come from all cells, whether they ran or not."""
    loaded = load(
        "import no_pandas as pd\nfrom no_plots.core import draw", "def f():\n    return pd.read_csv('x')\ndraw()"
    )

    assert [notice.values for notice in loaded.notices("package_missing")] == [
        {"package": "no_pandas", "needed_for": "pd.read_csv", "names": "pd"},
        {"package": "no_plots", "needed_for": "draw", "names": "draw"},
    ]


def test_a_notebook_that_imports_itself_is_told_that_there_is_no_such_module(load: Load) -> None:
    """A local module was not handed in."""
    loaded = load("from linear_regression import *\nimport my_helpers\nx = 1")

    assert [notice.values["package"] for notice in loaded.notices("package_missing")] == [
        "linear_regression", "my_helpers",
    ]  # fmt: skip
    assert "x" in loaded.names


def test_a_module_is_importable_by_its_own_name(load: Load) -> None:
    """And so are its classes: dataclasses look their module up."""
    loaded = load(
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: 'int' = 1\nimport linear_regression as me\n"
        "import pickle\np = pickle.loads(pickle.dumps(P())).x + me.P.x",
        module=True,
        then=lambda namespace: (namespace["p"], namespace["P"].__module__, namespace["__name__"]),
    )

    assert loaded.value == (2, "linear_regression", "linear_regression")


def test_a_notebook_runs_as_main(load: Load) -> None:
    """Its main blocks are ordinary statements, each of its own."""
    loaded = load(
        "if __name__ == '__main__':\n    a = 1\n    b = 1 / 0\n    def c(): pass",
        then=lambda namespace: __import__("sys").modules["__main__"].__dict__ is namespace,
    )

    assert loaded.value
    assert loaded.names == ["a", "c"]
    assert loaded.notices("main_block_run") == []


def test_a_modules_main_block_is_left_alone_when_nothing_is_missing(load: Load) -> None:
    """That is what a main block is for."""
    text = "def sgd(): pass\nif __name__ == '__main__':\n    def other(): pass\n    print('training')"

    assert load(text, module=True, names=["sgd"]).names == ["sgd"]
    assert load(text, module=True, names=["sgd", "squared_loss"]).names == ["sgd", "other"]


def test_future_annotations_hold_for_the_statements_that_follow(load: Load) -> None:
    """As they do in a notebook."""
    loaded = load("from __future__ import annotations", "def f(x: NoSuchType) -> Other: return x")

    assert loaded.failures == []
    assert load("def f(x: NoSuchType): return x").failures[0].error.type_name == "NameError"


def test_top_level_await_works(load: Load) -> None:
    """As in a notebook."""
    loaded = load("import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 3\nx = await f()\nawait f()")

    assert loaded.failures == []
    assert loaded.text() == "3"


# -- time -------------------------------------------------------------------------------------------------------------


def test_definitions_below_an_endless_loop_still_count(load: Load) -> None:
    """After the limit only what computes next to nothing runs."""
    loaded = load(
        "a = 1\nwhile True:\n    pass\nprint('late')",
        "import math\ndef sgd(): pass\nanswer = 'B'\nbig = sum(range(9))\nclass C: pass",
        seconds=1.0,
    )

    assert {"sgd", "answer", "math", "C", "a"} <= set(loaded.names)
    assert "big" not in loaded.names
    assert [failure.reason for failure in loaded.failures] == ["timed_out", "skipped", "skipped"]
    assert loaded.report.ended == "timed_out"
    assert [notice.cell for notice in loaded.notices("time_left_short")] == [0, 1]


@pytest.mark.parametrize(
    "statement",
    [
        "sgd = lambda params, lr, batch_size: [p.sub_(lr * p.grad / batch_size) for p in params]",
        "from functools import partial; sgd = partial(pow, 2)",
        "sgd = tuple([8, 1])",
        "if True:\n    sgd = 'B'",
        "try:\n    sgd = dict(a=1)\nfinally:\n    pass",
    ],
)
def test_what_binds_an_asked_name_still_runs_after_the_limit(load: Load, statement: str) -> None:
    """However it is bound: an answer below an endless loop is an answer."""
    loaded = load(f"while True: pass\n{statement}", seconds=0.3, names=["sgd"])

    assert "sgd" in loaded.names
    assert [failure.reason for failure in loaded.failures] == ["timed_out"]


def test_an_endless_answer_after_the_limit_leaves_time_for_the_next(load: Load) -> None:
    """It gets a part of the grace, not all of it."""
    loaded = load("while True: pass\nwhile True: a = 1\nb = tuple([8, 1])", seconds=0.3, names=["a", "b"])

    assert {"a", "b"} <= set(loaded.names)
    assert [failure.reason for failure in loaded.failures] == ["timed_out", "timed_out"]


def test_a_cell_that_takes_too_long_to_read_is_one_bad_statement(load: Load) -> None:
    """And is no reason to stop."""
    loaded = load("x = [" + "1," * 400_000, "def after(): pass", seconds=0.2)

    assert [failure.reason for failure in loaded.failures] == ["timed_out"]
    assert loaded.names == ["after"]


@pytest.mark.parametrize(
    "loop",
    [
        "while True:\n    try:\n        while True: pass\n    except Exception: pass",
        "for _ in range(3):\n    try:\n        while True: pass\n    except: pass",
        "import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nwhile True: pass",
        "import signal\nsignal.alarm(0)\nwhile True: pass",
        "import time\ntime.sleep(60)",
        "import threading\nthreading.Event().wait(60)",
        "async def f():\n    import asyncio\n    await asyncio.sleep(60)\nawait f()",
    ],
)
def test_no_loop_outlives_the_limit(load: Load, loop: str) -> None:
    """Neither swallowing the exception nor taking the timer helps."""
    loaded = load(f"{loop}\ndef after(): pass", seconds=0.3)

    assert "after" in loaded.names
    assert loaded.report.ended == "timed_out"


def test_an_own_alarm_of_the_hand_in_rings(load: Load) -> None:
    """``signal.alarm`` within a statement works as long as time is left."""
    loaded = load(
        "import signal, time\ndef ring(*_): raise ValueError('rang')\n"
        "def f():\n    signal.signal(signal.SIGALRM, ring)\n    signal.setitimer(signal.ITIMER_REAL, 0.05)\n"
        "    time.sleep(5)\nf()\nafter = 1"
    )

    assert [failure.error.message for failure in loaded.failures] == ["rang"]


# -- output -----------------------------------------------------------------------------------------------------------


def test_much_output_is_cut_and_says_so(load: Load) -> None:
    """The cell goes on; what was defined counts."""
    loaded = load("for i in range(3000): print('x' * 100)\nf = 1", "print('more')", output_bytes=50_000)

    assert 40_000 < len(loaded.text()) <= 50_000
    assert loaded.failures == []
    assert [notice.cell for notice in loaded.notices("output_cut")] == [0, 1]


def test_a_flood_ends_its_statement(load: Load) -> None:
    """Even one that catches every `Exception`; the next statement may print again."""
    loaded = load(
        "while True:\n    try: print('x' * 1000)\n    except Exception: pass\nf = 1\nprint('next')", output_bytes=50_000
    )

    assert [failure.reason for failure in loaded.failures] == ["flooded"]
    assert "f" in loaded.names
    assert loaded.report.ended == "flooded"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("raise OSError(27, 'File too large')", "file_size"),
        ("raise OSError(28, 'No space left on device', 'a.pt')", "disk"),
        ("raise OSError(12, 'Cannot allocate memory')", "out_of_memory"),
        ("raise RuntimeError('write(): fd 3 failed with File too large')", "file_size"),
        ("raise OSError(24, 'Too many open files')", "raised"),
        ("raise RuntimeError('can\\'t start new thread')", "raised"),
    ],
)
def test_a_statement_that_hits_a_limit_says_which(load: Load, statement: str, reason: str) -> None:
    """The next statements run."""
    loaded = load(f"{statement}\nf = 1")

    assert [failure.reason for failure in loaded.failures] == [reason]
    assert "f" in loaded.names
    assert loaded.report.ended == (reason if reason != "raised" else "complete")


def test_warnings_are_output_and_never_a_failure(load: Load) -> None:
    """They name the line, and no place of this machine."""
    loaded = load("import warnings\nwarnings.warn('mind the shape')\nimport sys\nprint('oops', file=sys.stderr)")

    assert loaded.failures == []
    assert loaded.text() == "cell:0:2: UserWarning: mind the shape\noops\n"


def test_output_holds_no_addresses(load: Load) -> None:
    """Two runs of one hand-in give the same bytes."""
    loaded = load("print(object())", "object()", "raise ValueError(str(object()))")

    assert loaded.text(0) == "<object object at 0x…>\n"
    assert loaded.text(1) == "<object at 0x…>"
    assert loaded.failures[0].error.message == "<object object at 0x…>"


def test_what_calls_print_after_loading_is_drained(load: Load) -> None:
    """It is not part of the report."""
    loaded = load("def f(): print('in a call'); display(3)", then=lambda namespace: namespace["f"]())

    assert loaded.printed == "in a call\n"
    assert loaded.text() == ""


# -- the rest ---------------------------------------------------------------------------------------------------------


def test_random_numbers_are_the_same_each_time(load: Load) -> None:
    """Every generator is seeded before the first line."""
    text = "import random, torch, numpy\nprint(random.random(), torch.rand(1), numpy.random.rand())"

    assert load(text).text() == load(text).text()


def test_two_runs_of_one_hand_in_report_the_same(load_file: Load) -> None:
    """Outputs, images, failures and names; only the seconds differ."""
    first, second = load_file("d2l_zh.cells").report, load_file("d2l_zh.cells").report

    assert first.cells == second.cells
    assert (first.names, first.notices, first.ended) == (second.names, second.notices, second.ended)


def test_every_statement_is_announced_before_it_runs(load: Load) -> None:
    """So that the far side knows where a process died."""
    loaded = load("a = 1; b = 2", "c = 3")

    assert loaded.visited == [(0, 0), (0, 1), (1, 0)]


def test_the_cell_that_bound_a_name_last_is_known(load: Load) -> None:
    """Also for names from star imports, loops and failing statements."""
    loaded = load("def f(): pass\ng = 1", "from math import *\ng = 2", "for i in [1, 2]: j = 1 / (i - 2)")

    cells = {name.name: name.cell for name in loaded.report.names}
    assert (cells["f"], cells["g"], cells["pi"], cells["i"], cells["j"]) == (0, 1, 1, 2, 2)


def test_the_names_that_were_asked_for_come_first_and_names_are_bounded(load: Load) -> None:
    """However many a hand-in defines."""
    loaded = load("for i in range(5000): globals()[f'n{i}'] = i\nglobals()[7] = 7\nsgd = 1", names=["sgd"])

    assert loaded.names[0] == "sgd"
    assert len(loaded.names) == 2000


def test_the_status_of_each_cell(load: Load) -> None:
    """From ``ok`` to ``not_run``."""
    loaded = load("a = 1", "b = 1 / 0", "c = 1; 1 / 0", "# nothing", "while True: pass", "print(1)", seconds=1.0)

    assert [cell.status for cell in loaded.report.cells] == ["ok", "failed", "partly", "empty", "failed", "not_run"]


def test_ten_thousand_cells_are_loaded(load: Load) -> None:
    """And each is in the report."""
    loaded = load(*["x = 1 / 0"] * 3000, *["y = 2"] * 7000)

    assert len(loaded.report.cells) == 10_000
    assert "y" in loaded.names


def test_sources_that_are_no_python_at_all_are_harmless(load: Load) -> None:
    """Null bytes, binary junk, a deep nest, an endless line."""
    loaded = load(
        "\x00a = 1",
        "\x89PNG\r\n\x1a\n\x00",
        "(" * 5000,
        "y = " + "+".join(["1"] * 50_000),
        "x = " + "-" * 100_000 + "1",
        "[" * 90 + "]" * 90,
        "b = 2",
    )

    assert {"a", "b"} <= set(loaded.names)


def test_very_many_failures_are_told_in_part(load: Load) -> None:
    """The first ones, and those that say why a name is missing: a report has to fit into a frame."""
    nameless, naming = "gone\n" * 6000, "".join(f"name_{k} = gone\n" for k in range(6000))

    loaded = load(f"{nameless}{naming}answer = 1")

    assert len(loaded.failures) == MOST_BINDING_FAILURES
    assert [failure.binds for failure in loaded.failures[MOST_FAILURES:][:2]] == [("name_0",), ("name_1",)]
    assert "answer" in loaded.names
