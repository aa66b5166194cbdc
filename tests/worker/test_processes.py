"""Tests of `multiprocessing` without processes: what divides work among them works with threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Load = Callable[..., Any]

SQUARE = "import multiprocessing as mp\ndef square(x): return x * x\n"


@pytest.mark.parametrize(
    "work",
    [
        "from multiprocessing import Pool\nwith Pool(2) as pool: y = pool.map(square, [1, 2, 3])",
        "with mp.Pool() as pool: y = sorted(pool.imap_unordered(square, [1, 2, 3]))",
        "with mp.pool.Pool(2) as pool: y = [pool.apply(square, (x,)) for x in (1, 2, 3)]",
        "with mp.get_context('spawn').Pool(2, maxtasksperchild=1) as pool: y = pool.map(square, [1, 2, 3])",
        "from concurrent.futures import ProcessPoolExecutor as P\nwith P(2) as p: y = [*p.map(square, [1, 2, 3])]",
        (
            "from concurrent import futures\nwith futures.ProcessPoolExecutor(2, mp.get_context()) as pool:\n"
            "    y = [pool.submit(square, x).result() for x in (1, 2, 3)]"
        ),
        "import torch.multiprocessing as tmp\nwith tmp.Pool(2) as pool: y = pool.map(square, [1, 2, 3])",
    ],
)
def test_a_pool_gives_its_results(load: Load, work: str) -> None:
    """Whichever of the ways to have one is taken."""
    loaded = load(SQUARE + work, then=lambda namespace: namespace["y"])

    assert loaded.failures == []
    assert loaded.value == [1, 4, 9]
    assert len(loaded.notices("processes_as_threads")) == 1


def test_processes_come_to_their_ends(load: Load) -> None:
    """One returns, one fails, one exits, one is ended; each says so as a process does."""
    loaded = load(
        "import sys, time\nfrom multiprocessing import Process\n"
        "class Mine(Process):\n    def run(self): sys.exit(3)\n"
        "all_four = [Process(target=print, args=('x',)), Process(target=divmod, args=(1, 0)), Mine(),"
        " Process(target=time.sleep, args=(60,), daemon=True)]\n"
        "before = [p.exitcode for p in all_four]\nfor p in all_four: p.start()\n"
        "alive = all_four[3].is_alive()\nall_four[3].terminate()\nfor p in all_four: p.join()\n"
        "codes = [p.exitcode for p in all_four]\nfor p in all_four: p.close()",
        then=lambda namespace: (namespace["before"], namespace["alive"], namespace["codes"]),
    )

    assert loaded.failures == []
    assert loaded.value == ([None] * 4, True, [0, 1, 3, -15])


def test_what_is_shared_is_there(load: Load) -> None:
    """Locks, numbers, arrays, queues, pipes and managers, used by several at once."""
    loaded = load(
        "from multiprocessing import Array, Lock, Manager, Pipe, Process, Queue, Value\n"
        "lock, n, a, q, table = Lock(), Value('i', 0), Array('d', 2), Queue(), Manager().dict()\n"
        "near, far = Pipe()\n"
        "def work(k):\n    for _ in range(50):\n        with lock: n.value += 1\n"
        "    a[k] = k + 0.5\n    q.put(k)\n    table[k] = k\n    far.send({'k': k})\n"
        "ps = [Process(target=work, args=(k,)) for k in range(2)]\n"
        "for p in ps: p.start()\nfor p in ps: p.join()\n"
        "found = (n.value, list(a), sorted([q.get(), q.get()]), dict(table), near.recv()['k'] in (0, 1))",
        then=lambda namespace: namespace["found"],
    )

    assert loaded.failures == []
    assert loaded.value == (100, [0.5, 1.5], [0, 1], {0: 0, 1: 1}, True)


def test_a_tensor_goes_through_a_queue(load: Load) -> None:
    """It would go through shared memory, which is closed; nothing may wait for it in vain."""
    loaded = load(
        "import torch\nimport torch.multiprocessing as mp\nq = mp.Queue()\nq.put(torch.arange(3.0))\n"
        "x = q.get(timeout=10).tolist()",
        then=lambda namespace: namespace["x"],
    )

    assert loaded.failures == []
    assert loaded.value == [0, 1, 2]


@pytest.mark.parametrize(
    ("use", "value"),
    [
        ("s = mp.Semaphore(1)\ny = (s.acquire(), s.acquire(False), s.acquire(timeout=0.01))", (True, False, False)),
        ("r = mp.RLock()\ny = (r.acquire(), r.acquire(), r.release(), r.release(), r.acquire())", None),
        ("e = mp.Event()\ny = (e.wait(0.01), e.set(), e.wait(), e.is_set())", (False, None, True, True)),
        ("c = mp.Condition()\nwith c: y = (c.wait(0.01), c.notify_all())", (False, None)),
        ("y = mp.Barrier(1).wait()", 0),
        ("q = mp.JoinableQueue(2)\nq.put(1)\ny = q.get()\nq.task_done()\nq.join()", 1),
    ],
)
def test_what_keeps_processes_in_step_keeps_threads_in_step(load: Load, use: str, value: Any) -> None:
    """With the results that the library promises."""
    loaded = load(f"import multiprocessing as mp\n{use}", then=lambda namespace: namespace["y"])

    assert loaded.failures == []
    assert loaded.value == ((True, True, None, None, True) if value is None else value)
    assert loaded.notices("processes_as_threads") == []


@pytest.mark.parametrize(
    ("misuse", "error"),
    [("mp.Lock().release()", "ValueError"), ("mp.RLock().release()", "AssertionError")],
)
def test_what_was_not_taken_cannot_be_given_back(load: Load, misuse: str, error: str) -> None:
    """As the library says it."""
    loaded = load(f"import multiprocessing as mp\n{misuse}")

    assert [failure.error.type_name for failure in loaded.failures] == [error]
