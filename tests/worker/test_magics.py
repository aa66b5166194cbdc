"""Tests of magics and shell escapes: Python in them counts, the rest is harmless and said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Load = Callable[..., Any]


@pytest.mark.parametrize(
    "magic",
    [
        "%%time",
        "%%timeit",
        "%%timeit -n 10 -r 3",
        "%%capture",
        "%%capture out --no-stderr",
        "%%prun",
        "# first\n\n%%time",
        "%%time\n%%capture",
    ],
)
def test_the_body_of_a_timing_magic_runs_as_statements(load: Load, magic: str) -> None:
    """What it defines counts, and an error ends only its statement."""
    loaded = load(f"{magic}\ndef f(): pass\nx = 1 / 0\ny = 2")

    assert {"f", "y"} <= set(loaded.names)
    assert [failure.error.type_name for failure in loaded.failures] == ["ZeroDivisionError"]
    assert loaded.report.notices == ()


def test_the_setup_of_a_timing_magic_runs_first(load: Load) -> None:
    """As it does in a notebook."""
    assert load("%%timeit -n 2 a = 3\nb = a + 1", then=lambda namespace: namespace["b"]).value == 4


@pytest.mark.parametrize(
    "line",
    [
        "%time x = f()",
        "x = %time f()",
        "x = %timeit -o f()",
        "%timeit -n 100 x = f()",
        "%prun x = f()",
        "if True:\n    %time x = f()",
    ],
)
def test_a_timed_line_runs_once(load: Load, line: str) -> None:
    """Its names are bound and no times are printed, which would differ from run to run."""
    loaded = load(
        f"calls = []\ndef f():\n    calls.append(1)\n    return 3\n{line}",
        then=lambda namespace: (namespace["x"], namespace["calls"]),
    )

    assert loaded.value == (3, [1])
    assert loaded.text() == ""


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("!pip install torch", "!pip install torch"),
        ("!pip install \\\n  torch", "!pip install    torch"),
        ("%pip install torch", "%pip install torch"),
        ("%conda install -y torch", "%conda install -y torch"),
        ("pip install torch", "%pip install torch"),
        ("x = !ls -l", "!ls -l"),
        ("x = %sx ls", "%sx ls"),
        ("!!ls", "!ls"),
        ("%cd /no/such/place", "%cd /no/such/place"),
        ("%cd ..", "%cd .."),
        ("%%bash\necho hi", "%%bash echo hi"),
        ("%%sh\necho hi", "%%sh echo hi"),
        ("%%cmd\ndir", "%%cmd dir"),
        ("%%python2\nprint 1", "%%python2 print 1"),
    ],
)
def test_shell_commands_are_not_run_and_said(load: Load, line: str, command: str) -> None:
    """They are no failure, and the next cell goes on."""
    loaded = load(line, "after = 1")

    assert [" ".join(notice.values["command"].split()) for notice in loaded.notices("shell_skipped")] == [
        " ".join(command.split())
    ]
    assert loaded.failures == []
    assert "after" in loaded.names


def test_the_rest_of_a_cell_with_shell_commands_runs(load: Load) -> None:
    """With variables in them that nobody defined, too."""
    loaded = load(
        "files = !ls\n!echo {undefined} $also\ncount = len(files)\nfirst = files.n",
        then=lambda namespace: namespace["count"],
    )

    assert loaded.value == 0
    assert loaded.failures == []


@pytest.mark.parametrize(
    "line",
    [
        "%run train.py",
        "%load train.py",
        "%run other.ipynb",
        "%tensorboard --logdir x",
        "%load_ext tensorboard",
        "%history",
        "%%javascript\nalert(1)",
        "%%no_such_magic\nwhatever (",
        "%no_such_magic x",
    ],
)
def test_magics_that_cannot_work_are_skipped_and_said(load: Load, line: str) -> None:
    """Also those that do not exist."""
    loaded = load(line, "after = 1")

    assert [notice.values["magic"].split()[0] for notice in loaded.notices("magic_skipped")] == [
        line.split(maxsplit=1)[0]
    ]
    assert loaded.failures == []


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%matplotlib notebook",
        "%config InlineBackend.figure_format='svg'",
        "%load_ext autoreload",
        "%autoreload 2",
        "%precision 3",
        "%reset -f",
        "len?",
        "?len",
        "len??",
        "%who",
        "%pwd",
        "%lsmagic",
    ],
)
def test_magics_that_only_set_up_a_notebook_are_silent(load: Load, line: str) -> None:
    """And never forget what was defined."""
    loaded = load("before = 1", line)

    assert (loaded.failures, loaded.report.notices, loaded.names) == ([], (), ["before"])


def test_a_module_that_the_notebook_writes_itself_can_be_used(load: Load) -> None:
    """The working folder is its own."""
    loaded = load(
        "%%writefile mine.py\ndef f(): return 3",
        "%%writefile -a mine.py\ng = 4",
        "import mine\nx = mine.f()",
        "%run mine.py",
        "%mkdir sub\nimport os; os.mkdir('sub')",
        "%cd sub\nhere = os.path.basename(os.getcwd())",
        then=lambda namespace: (namespace["x"], namespace["g"], namespace["here"]),
    )

    assert loaded.value == (3, 4, "sub")
    assert loaded.failures == []


@pytest.mark.parametrize("name", ["/tmp/outside.py", "../outside.py", ""])
def test_files_elsewhere_are_not_written(load: Load, name: str) -> None:
    """Confinement would stop it anyway; this says so."""
    assert len(load(f"%%writefile {name}\nx = 1").notices("magic_skipped")) == 1


def test_environment_and_pylab_and_shown_text(load: Load) -> None:
    """The few magics that do something do it."""
    loaded = load(
        "%env MY_PLACE=here\nimport os\nmy_place = os.environ['MY_PLACE']",
        "%pylab inline\nx = linspace(0, 1, 3)",
        "%%html\n<b>bold</b>",
        "%%markdown\n# Title",
        "%%latex\n$x$",
        then=lambda namespace: (namespace["my_place"], len(namespace["x"])),
    )

    assert loaded.value == ("here", 3)
    assert loaded.report.cells[2].outputs[0]["data"]["text/html"] == "<b>bold</b>"
    assert loaded.text(3) == "# Title"


def test_exported_cell_magics_define_what_their_text_defines(load: Load) -> None:
    """As nbconvert writes them into a module."""
    text = "def sgd(params):\n    return 1 / params\nx = 3\n"
    loaded = load(
        f"get_ipython().run_line_magic('time', 'a = 1')\n\nget_ipython().run_cell_magic('time', '', {text!r})\nsgd(0)",
        module=True,
    )

    assert loaded.names == ["a", "sgd", "x"]
    assert [(frame.line, frame.function) for frame in loaded.failures[0].error.frames] == [(4, "<module>"), (3, "sgd")]


def test_words_that_are_python_are_not_commands(load: Load) -> None:
    """A variable may be called ``cd``."""
    loaded = load("cd = 3", "cd", "ls = [cd]", "ls", "rm -cd if False else 1")

    assert (loaded.text(1), loaded.text(3)) == ("3", "[3]")
    assert loaded.notices("shell_skipped") == []


def test_a_magic_inside_a_string_is_a_string(load: Load) -> None:
    """Only code is translated."""
    loaded = load('x = """\n%time 1\n!ls\n"""\n%time y = 1', then=lambda namespace: namespace["x"])

    assert loaded.value == "\n%time 1\n!ls\n"
    assert loaded.report.notices == ()
