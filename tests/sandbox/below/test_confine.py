"""Tests of what a student process finds when its first line runs, in a real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from grader.model.assignment import Limits
from grader.sandbox.walls import NAMESPACES, REQUIRED, missing

if TYPE_CHECKING:
    from grader.sandbox.zygote import Zygote

Ask = Callable[[str], Any]


def test_the_report_names_every_wall_in_order_and_the_one_that_is_missing(zygote: Zygote, mode: str) -> None:
    """A report never promises more than there is, nor less."""
    process = zygote.start_student(Limits())
    process.stop()

    assert [wall.id for wall in process.walls] == [*REQUIRED, NAMESPACES]
    assert missing(process.walls) == ()
    (outer,) = (wall for wall in process.walls if wall.id == NAMESPACES)
    assert outer.stood == (mode == "namespaces")
    assert outer.detail == ("" if outer.stood else "bubblewrap is not installed")


def test_only_the_socket_to_the_judge_is_open(ask: Ask) -> None:
    """The standard streams lead nowhere, and nothing of the zygote's is left."""
    found = ask(
        "import os\n"
        "places = {}\n"
        "for name in os.listdir('/proc/self/fd'):\n"
        "    try:\n"
        "        places[name] = os.readlink(f'/proc/self/fd/{name}').partition(':')[0]\n"
        "    except OSError:\n"
        "        pass\n"
        "answer = json.dumps(places)\n"
    )

    assert found == {"0": "/dev/null", "1": "/dev/null", "2": "/dev/null", "3": "socket"}


def test_what_is_written_past_python_reaches_no_terminal(ask: Ask, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither the standard streams nor the terminal itself."""
    reached = ask(
        "import os\n"
        "os.write(1, b'one'), os.write(2, b'two')\n"
        "try:\n"
        "    os.open('/dev/tty', os.O_WRONLY)\n"
        "    answer = 'true'\n"
        "except OSError:\n"
        "    answer = 'false'\n"
    )

    assert reached is False
    assert capfd.readouterr() == ("", "")


def test_the_environment_says_nothing_of_the_trusted_process(ask: Ask) -> None:
    """No variable, argument or folder names a course, and none of the caller's variables arrive."""
    seen = ask(
        "import os, sys\n"
        "answer = json.dumps({'env': dict(os.environ), 'argv': sys.argv, 'cwd': os.getcwd(),\n"
        "                     'line': open('/proc/self/cmdline').read(), 'first': open('/proc/self/environ').read(),\n"
        "                     'here': os.listdir(), 'umask': os.umask(0)})\n"
    )

    assert "GRADER_TEST_COURSE" not in seen["env"]
    assert "solutions" not in seen["first"] + seen["line"] + seen["cwd"]
    assert "pytest" not in seen["first"] + seen["line"].lower()
    assert seen["argv"] == [""]
    assert seen["here"] == []
    assert seen["umask"] == 0o077
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"):
        assert f"{seen['env'][name]}/work" == seen["cwd"], name


def test_temporary_files_land_in_the_own_folder(ask: Ask) -> None:
    """What the zygote had looked up for itself is forgotten; they are not among the hand-in's own files."""
    assert ask(
        "import os, tempfile\n"
        "answer = json.dumps(os.path.dirname(tempfile.mkdtemp()) == os.path.dirname(os.getcwd()))\n",
    )


def test_it_is_a_process_of_its_own(ask: Ask) -> None:
    """Its own session, one thread, Python's own signal handling, first in line when memory runs out."""
    seen = ask(
        "import os, signal, torch\n"
        "kept = {n.name: str(signal.getsignal(n)) for n in signal.Signals if signal.getsignal(n) not in\n"
        "        (signal.SIG_DFL, None)}\n"
        "answer = json.dumps({'leads': os.getsid(0) == os.getpid(), 'threads': len(os.listdir('/proc/self/task')),\n"
        "                     'torch': torch.get_num_threads(), 'kept': sorted(kept),\n"
        "                     'blocked': len(signal.pthread_sigmask(signal.SIG_BLOCK, ())),\n"
        "                     'first': open('/proc/self/oom_score_adj').read().strip()})\n"
    )

    assert seen["leads"] is True
    assert seen["threads"] == 1
    assert seen["torch"] == 1
    assert set(seen["kept"]) <= {"SIGALRM", "SIGINT", "SIGPIPE", "SIGPROF", "SIGXFSZ"}  # loading keeps two clocks
    assert seen["blocked"] == 0
    assert seen["first"] == "1000"


def test_the_limits_are_set_hard(ask: Ask) -> None:
    """Soft and hard alike; for CPU seconds the hard limit follows shortly after the signal."""
    seen = ask(
        "import resource as r\n"
        "answer = json.dumps({n: r.getrlimit(getattr(r, 'RLIMIT_' + n)) for n in\n"
        "                     ('CORE', 'CPU', 'FSIZE', 'NOFILE', 'AS', 'DATA')})\n"
    )

    assert seen["CORE"] == [1, 1]
    assert seen["CPU"] == [20, 22]
    assert seen["FSIZE"] == [1024**2, 1024**2]
    assert seen["NOFILE"] == [40, 40]
    assert seen["DATA"][0] == seen["DATA"][1] > 400 * 1024**2
    assert seen["AS"][0] == seen["AS"][1] > seen["DATA"][0]


@pytest.mark.parametrize(
    ("greedy", "error"),
    [
        ("bytearray(900 * 1024**2)", "MemoryError"),
        ("torch.ones(900 * 1024**2 // 4)", "RuntimeError"),
        ("[bytearray(2**20) for _ in range(900)]", "MemoryError"),
        ("mmap.mmap(-1, 1400 * 1024**2)", "OSError"),
        ("[open('/dev/null') for _ in range(50)]", "OSError"),
        ("open('big', 'wb').write(bytes(2 * 1024**2))", "OSError"),
    ],
)
def test_too_much_is_an_error_of_the_statement_and_not_the_end(ask: Ask, greedy: str, error: str) -> None:
    """Memory of Python's, of torch's and shared maps, open files, file size: the process lives and answers."""
    assert (
        ask(
            "import mmap, torch\n"
            "try:\n"
            f"    {greedy}\n"
            "    answer = json.dumps('nothing')\n"
            "except Exception as error:\n"
            "    kind = next(k for k in type(error).__mro__ if k.__module__ == 'builtins')\n"
            "    answer = json.dumps(kind.__name__)\n"
        )
        == error
    )


def test_libraries_that_load_more_libraries_still_can(ask: Ask) -> None:
    """Threads reserve address space without using memory; a few must fit beside the limit."""
    assert (
        ask(
            "import threading\n"
            "done = []\n"
            "workers = [threading.Thread(target=lambda: done.append(sum(range(1000)))) for _ in range(4)]\n"
            "for worker in workers: worker.start()\n"
            "for worker in workers: worker.join()\n"
            "answer = json.dumps(len(done))\n"
        )
        == 4
    )
