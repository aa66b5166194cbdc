"""Each limit of an assignment, passed in a real student process: a breach costs its case, and nothing is left of it."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import psutil
import pytest

from grader.judge.session import Judge, with_judge
from grader.model.assignment import Limits
from grader.model.result import FindingKind
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from grader.judge.judgement import Judgement

KB, MB = 1024, 1024**2
LIMITS = Limits(
    load_seconds=2,
    load_grace_seconds=1,
    call_seconds=1.5,
    case_seconds=5,
    cpu_seconds=2,
    reloads=2,
    output_bytes=100_000,
    memory_bytes=200 * MB,
    file_bytes=2 * MB,
    disk_bytes=8 * MB,
    disk_files=200,
    open_files=64,
    threads=12,
)
LETTER = "letter = 'B'\n"
RIGHT = LETTER + "def power(base, exponent):\n    return base ** exponent\n"


def in_a_call(worst: str) -> str:
    """A hand-in that does its worst when the first hidden case calls it, and is right in the others."""
    lines = "".join(f"        {line}\n" for line in worst.split("\n"))
    return f"{LETTER}def power(base, exponent):\n    if exponent == 3:\n{lines}    return base ** exponent\n"


MAPS = "import mmap\nkept = []\nwhile True:\n    kept.append(mmap.mmap(-1, {size}))\n    kept[-1].write(bytes({size}))"
FULL_PAIRS = """kept = []
while True:
    kept.append(make())
    try:
        while True: write(kept[-1][1], bytes(65536))
    except BlockingIOError: pass"""
PIPES = f"""import os
make = lambda: os.pipe2(os.O_NONBLOCK)
write = os.write
{FULL_PAIRS}"""
SOCKETS = f"""import socket
def make():
    pair = socket.socketpair()
    pair[1].setblocking(False)
    return pair
write = lambda end, data: end.send(data)
{FULL_PAIRS}"""
BURN = """import hashlib, threading
burn = lambda: hashlib.pbkdf2_hmac('sha1', b'x', b'y', 10 ** 8)
for _ in range(3): threading.Thread(target=burn, daemon=True).start()
burn()"""
UNLINKED = """import os
kept = []
while True:
    kept.append(os.open('a', os.O_CREAT | os.O_RDWR))
    os.unlink('a')
    os.write(kept[-1], bytes(2 ** 20))"""
THREADS = """import threading
threading.stack_size(32768)
forever = threading.Event()
while True: threading.Thread(target=forever.wait, daemon=True).start()"""
STACKS = """import threading
threading.stack_size({size})
forever = threading.Event()
for _ in range({count}): threading.Thread(target=forever.wait, daemon=True).start()"""
SPARSE = """import os, time
for n in range(100):
    with open(str(n), 'wb') as file: file.truncate(2 ** 21)
time.sleep(0.2)"""
DISPLAYS = "from IPython.display import display, HTML\nwhile True: display(HTML('x' * 100000))"
MANY = "n = 0\nwhile True:\n    n += 1\n    {each}"

WORST: dict[str, tuple[str, Verdict, FindingKind]] = {
    "C loop": ("sum(range(10 ** 12))", Verdict.TIMED_OUT, FindingKind.CALL_TIMED_OUT),
    "CPU of many threads": (BURN, Verdict.TIMED_OUT, FindingKind.CALL_TIMED_OUT),
    "private memory": ("bytearray(10 ** 9)", Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    "small allocations": (
        "kept = []\nwhile True: kept.append([0] * 5000)",
        Verdict.OUT_OF_MEMORY,
        FindingKind.OUT_OF_MEMORY,
    ),
    "tensors": (
        "import torch\nkept = []\nwhile True: kept.append(torch.ones(10 ** 6))",
        Verdict.OUT_OF_MEMORY,
        FindingKind.OUT_OF_MEMORY,
    ),
    "arrays": (
        "import numpy\nkept = []\nwhile True: kept.append(numpy.ones(10 ** 6))",
        Verdict.OUT_OF_MEMORY,
        FindingKind.OUT_OF_MEMORY,
    ),
    "one shared map": ("import mmap; mmap.mmap(-1, 4 * 10 ** 9)", Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    "shared maps": (MAPS.format(size=4 * MB), Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    "stacks": (
        STACKS.format(size=256 * MB, count=4),
        Verdict.RAISED,
        FindingKind.RAISED,
    ),
    "threads": (THREADS, Verdict.CRASHED, FindingKind.THREADS),
    "output": ("while True: print('x' * 1000)", Verdict.FLOODED, FindingKind.FLOODED),
    "displays": (DISPLAYS, Verdict.FLOODED, FindingKind.FLOODED),
    "output past Python": (
        "import os\nwhile True: os.write(1, bytes(1000))",
        Verdict.TIMED_OUT,
        FindingKind.CALL_TIMED_OUT,
    ),
    "one file": ("open('a', 'wb').write(bytes(3 * 2 ** 20))", Verdict.FLOODED, FindingKind.FILE_SIZE),
    "saved tensors": (
        "import torch\ntorch.save(torch.ones(10 ** 6), 'a.pt')",
        Verdict.FLOODED,
        FindingKind.FILE_SIZE,
    ),
    "many files": (MANY.format(each="open(f'a{n}', 'wb').write(bytes(2 ** 20))"), Verdict.FLOODED, FindingKind.DISK),
    "files without a name": (UNLINKED, Verdict.FLOODED, FindingKind.DISK),
    "reserved files": (
        MANY.format(each="import os; os.posix_fallocate(os.open(f'a{n}', os.O_CREAT | os.O_RDWR), 0, 2 ** 21)"),
        Verdict.FLOODED,
        FindingKind.DISK,
    ),
    "empty files": (MANY.format(each="open(f'a{n}', 'w').close()"), Verdict.FLOODED, FindingKind.FILES),
    "deep folders": ("import os\nwhile True: os.mkdir('a'); os.chdir('a')", Verdict.FLOODED, FindingKind.FILES),
    "open files": ("kept = []\nwhile True: kept.append(open('/dev/null'))", Verdict.RAISED, FindingKind.RAISED),
    "full pipes": (PIPES, Verdict.RAISED, FindingKind.RAISED),
    "full socket pairs": (SOCKETS, Verdict.RAISED, FindingKind.RAISED),
}
HARMLESS = {
    "sparse files": SPARSE,
    "threads within the limit": STACKS.format(size=8 * MB, count=10),
}
WHILE_LOADING: dict[str, tuple[str, str]] = {
    "time": ("import time; time.sleep(60)", "timed_out"),
    "memory": ("kept = bytearray(10 ** 9)", "out_of_memory"),
    "shared maps": (MAPS.format(size=4 * MB), "out_of_memory"),
    "one file": ("open('a', 'wb').write(bytes(3 * 2 ** 20))", "file_size"),
    "many files": (MANY.format(each="open(f'a{n}', 'wb').write(bytes(2 ** 20))"), "disk"),
    "empty files": (MANY.format(each="open(f'a{n}', 'w').close()"), "files"),
    "threads": (THREADS, "threads"),
    "output": ("while True: print('x' * 1000)", "flooded"),
}


@pytest.fixture(scope="module")
def judgements(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[tuple[str, str], Judgement]:
    """Every hand-in judged by one judge and one zygote, a right one first and last; nothing may be left of them."""
    course = request.getfixturevalue("write")(
        tmp_path_factory.mktemp("limits"), request.getfixturevalue("small_suites"), limits=LIMITS
    )
    submission = request.getfixturevalue("submission")
    sources = {
        ("right", "first"): RIGHT,
        **{("call", name): in_a_call(worst) for name, (worst, _, _) in WORST.items()},
        **{("harmless", name): in_a_call(source) for name, source in HARMLESS.items()},
        **{("load", name): f"{worst}\n{RIGHT}" for name, (worst, _) in WHILE_LOADING.items()},
        ("right", "last"): RIGHT,
    }

    def judge_all(judge: Judge) -> dict[tuple[str, str], Judgement]:
        return {key: judge.judge(submission(source)) for key, source in sources.items()}

    before, usual = set(psutil.Process().children(recursive=True)), tempfile.tempdir
    tempfile.tempdir = str(tmp_path_factory.mktemp("folders"))
    try:
        judged = with_judge(course, judge_all)
        assert set(psutil.Process().children(recursive=True)) == before
        assert list(request.getfixturevalue("tmp_path_factory").getbasetemp().glob("folders*/*")) == []
    finally:
        tempfile.tempdir = usual
    return judged


@pytest.mark.parametrize("name", WORST)
def test_a_call_beyond_a_limit_costs_its_case(judgements: dict[tuple[str, str], Judgement], name: str) -> None:
    """The case that it happens in gets its verdict and its finding; the others run in a fresh process, and pass."""
    _, verdict, kind = WORST[name]
    results = {result.case.id: result for result in judgements["call", name].results}

    found = results["power.1"]
    assert (found.verdict, found.finding and found.finding.kind) == (verdict, kind)
    assert [results[case].verdict for case in ("power.2", "letter.1")] == [Verdict.PASSED] * 2


@pytest.mark.parametrize("name", HARMLESS)
def test_what_costs_nothing_is_allowed(judgements: dict[tuple[str, str], Judgement], name: str) -> None:
    """A sparse file takes no room on the disk."""
    assert [result.verdict for result in judgements["harmless", name].results] == [Verdict.PASSED] * 3


@pytest.mark.parametrize("name", WHILE_LOADING)
def test_a_statement_beyond_a_limit_is_left_out(judgements: dict[tuple[str, str], Judgement], name: str) -> None:
    """What is defined below it counts; the report says which limit it was."""
    judgement = judgements["load", name]

    assert [result.verdict for result in judgement.results] == [Verdict.PASSED] * 3
    assert judgement.load is not None
    assert judgement.load.ended == WHILE_LOADING[name][1]


def test_the_next_hand_in_notices_nothing(judgements: dict[tuple[str, str], Judgement]) -> None:
    """The right one passes before and after all the others."""
    for name in ("first", "last"):
        assert [result.verdict for result in judgements["right", name].results] == [Verdict.PASSED] * 3
