"""Recognising errors: real ones from Python and PyTorch, and nothing that could carry hidden inputs out."""

from __future__ import annotations

import builtins
import os
import resource
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.feedback.explain import explain, is_common_type, quotable
from grader.model.result import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = frozenset(("f", "y_hat", "foo", "grad", "normal", "matmul", "input", "reshape", "no_such_package"))


def weight() -> torch.Tensor:
    """A parameter."""
    return torch.ones(2, 1, requires_grad=True)


def f(a: int, b: int) -> None:
    """A function of two arguments."""


def twice() -> None:
    """Go backward twice."""
    loss: Any = (weight() ** 2).sum()
    loss.backward()
    loss.backward()


def in_place() -> None:
    """Change a parameter in place."""
    w = weight()
    w -= 1


def modified() -> None:
    """Change what backward needs."""
    y: Any = weight().exp()
    y.add_(1)
    y.sum().backward()


def one_file_too_many() -> None:
    """Open a file where none may be opened."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        Path(os.devnull).open().close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def one_thread_too_many() -> None:
    """Start a thread that needs more memory than there is."""
    before = threading.stack_size(2**47)
    try:
        threading.Thread(target=lambda: None).start()
    finally:
        threading.stack_size(before)


def backward_from(start: Any) -> Callable[[], Any]:
    """Going backward from ``start``."""
    action: Callable[[], Any] = start.backward
    return action


ANY: Any = None
ONE: Any = torch.ones(1)
ANY_TWO: Any = 2
FAILING: dict[str, tuple[Callable[[], Any], str]] = {
    "name": (lambda: eval("y_hat"), "`y_hat` is not defined at this point"),
    "module": (lambda: __import__("no_such_package"), "The package `no_such_package` is not installed"),
    "leaf in place": (in_place, "may not be changed in place while PyTorch records"),
    "open files": (one_file_too_many, "are open at the same time"),
    "new thread": (one_thread_too_many, "no room for one more thread"),
    "backward twice": (twice, "`backward()` ran a second time"),
    "no graph": (backward_from(torch.ones(1).sum()), "does not depend on any tensor with `requires_grad=True`"),
    "not scalar": (backward_from(weight() * 1), "needs a single number to start from"),
    "modified": (modified, "was changed in place after it had been used"),
    "matmul": (lambda: torch.ones(2, 3) @ torch.ones(2, 3), "here 2x3 meets 2x3"),
    "matrix by vector": (lambda: torch.ones(2, 3) @ torch.ones(2), "as many columns on the left as rows"),
    "broadcast": (
        lambda: torch.ones(2, 3) + torch.ones(2, 2),
        "Along axis 1 one tensor has 3 elements and the other 2",
    ),
    "numpy broadcast": (lambda: np.ones((2, 3)) + np.ones((2, 2)), "they cannot be broadcast"),
    "double": (lambda: torch.ones(2, 3) @ torch.ones(3, 1, dtype=torch.double), "different dtype meet"),
    "long": (lambda: torch.nn.Linear(2, 1)(torch.ones(2, 2, dtype=torch.long)), "different dtype meet"),
    "integer mean": (lambda: torch.ones(3, dtype=torch.long).mean(), "no whole-number result"),
    "integer grad": (lambda: torch.tensor([1], requires_grad=True), "can require grad"),
    "numpy": (weight().numpy, "`tensor.detach().numpy()`"),
    "none": (lambda: ANY.grad, "Something is None where an object with `.grad` was expected"),
    "attribute": (lambda: ONE.foo, "An object of type Tensor has no attribute `foo`"),
    "too few": (lambda: f(1), "`f` was called with too few arguments"),  # type: ignore[call-arg]
    "too many": (lambda: f(1, 2, 3), "`f` was called with too many arguments"),  # type: ignore[call-arg]
    "by name": (lambda: f(1, foo=2), "`f` does not take the argument `foo`"),  # type: ignore[call-arg]
    "view": (lambda: torch.ones(2, 3).t().view(6), "Use `reshape`"),
    "reshape": (lambda: torch.ones(6).reshape(4, 2), "[4, 2] does not hold exactly 6 elements"),
    "scalar": (torch.ones(2, 2).item, "A tensor with 4 elements is used as a single number"),
    "truth": (lambda: bool(torch.ones(2)), "neither true nor false"),
    "signature": (lambda: torch.normal(0, 0.01, 5), "cannot be called with arguments of the types"),  # type: ignore[call-overload]
    "argument": (lambda: torch.matmul(3, torch.ones(1)), "got an argument of type int"),  # type: ignore[arg-type]
    "index": (lambda: torch.ones(2)[5], "An index points past the end"),
    "call": (lambda: ONE(2), "is called like a function"),
    "operands": (lambda: ANY + 1, "`+` does not work between NoneType and int"),
    "xor": (lambda: ONE ^ 2, "write `**`"),
    "xor of numbers": (lambda: 2.0 ^ ANY_TWO, "write `**`"),
    "xor of arrays": (lambda: np.ones(2) ^ ANY_TWO, "write `**`"),
    "unpack": (lambda: exec("a, b = 1, 2, 3"), "number of names on the left"),
    "division": (lambda: 1 / 0, "divided by zero"),
}


def caught(action: Callable[[], Any]) -> tuple[str, str]:
    """The type and message that ``action`` raises."""
    try:
        action()
    except Exception as error:  # noqa: BLE001 - the test is about whatever comes
        return type(error).__name__, str(error)
    pytest.fail("nothing was raised")


NETWORK = ("there is no network", "没有网络")
PROGRAM = ("no other programs can be started", "不能启动其他程序")
PLACE = ("write in its own folder", "只能写入自己的文件夹")
NOT_ALLOWED = ("starts no further processes and changes no limits", "不能启动其他进程或更改系统限制")
REFUSALS = [
    ("URLError", "<urlopen error [Errno -3] Temporary failure in name resolution>", NETWORK),
    ("gaierror", "[Errno -2] Name or service not known", NETWORK),
    ("ConnectionError", "HTTPSConnectionPool(host='x.org', port=443): Max retries exceeded with url: /", NETWORK),
    ("ConnectionError", "HTTPConnectionPool(host='x.org', port=80): Max retries exceeded with url: /", NETWORK),
    ("RuntimeError", "It looks like there is no internet connection and the repo could not be found in the", NETWORK),
    ("DistNetworkError", "The server socket has failed to bind. port: 29500, name: EPERM", NETWORK),
    ("RuntimeError", "Error downloading train-images-idx3-ubyte.gz", NETWORK),
    ("FileNotFoundError", "[Errno 2] no programs can be started while grading: 'pip'", PROGRAM),
    ("PermissionError", "[Errno 1] Operation not permitted", NOT_ALLOWED),
    ("ValueError", "not allowed to raise maximum limit", NOT_ALLOWED),
    ("OSError", "[Errno 38] Function not implemented", NOT_ALLOWED),
    ("PermissionError", "[Errno 13] Permission denied: '/tmp/x'", PLACE),
    ("OSError", "[Errno 30] Read-only file system: '/tmp'", PLACE),
    ("OperationalError", "unable to open database file", PLACE),
    ("OSError", "Cannot save file into a non-existent directory: '/tmp/x'", PLACE),
    ("RuntimeError", "Parent directory /tmp/x does not exist.", PLACE),
    ("RuntimeError", "File /tmp/x.pt cannot be opened.", PLACE),
    ("RuntimeError", "[enforce fail at inline_container.cc:747] . open file failed with strerror: Permission", PLACE),
]
"""What the walls make of attempts to leave them, and what the sentence about it says in English and in Chinese."""


@pytest.mark.parametrize(("type_name", "message", "words"), REFUSALS)
def test_a_refusal_by_the_walls_is_explained(type_name: str, message: str, words: tuple[str, str]) -> None:
    """In both languages; of the message, a hidden case quotes nothing that the hand-in could have chosen."""
    explanation = explain(type_name, message)
    quoted = quotable(type_name, message, words=frozenset(("tmp", "x", "pt", "pip", "org")))

    assert explanation is not None
    assert (words[0] in explanation.en, words[1] in explanation.zh) == (True, True)
    assert not any(chosen in quoted for chosen in ("tmp", "x.", "'x", "'pip'", "train-"))


@pytest.mark.parametrize("name", list(FAILING))
def test_a_real_error_is_explained_and_may_be_quoted(name: str) -> None:
    """The installed Python and PyTorch still write these messages, and their own words are shown for hidden cases."""
    action, words = FAILING[name]
    type_name, message = caught(action)
    explanation = explain(type_name, message)
    varying = WORDS | {"b", "matmul"}

    assert explanation is not None
    assert words in explanation.en
    assert explanation.zh != explanation.en
    quoted = quotable(type_name, message, words=varying)
    assert quoted
    assert message.startswith(quoted)


@pytest.mark.parametrize(
    ("type_name", "message"),
    [
        ("ValueError", "tensor([[1.25, 3.5]])"),
        ("ValueError", "invalid literal for int() with base 10: '[1.25, 3.5]'"),
        ("KeyError", "'[1.25, 3.5]'"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '1.25 3.5'"),
        ("AttributeError", "'Tensor' object has no attribute 'x1_25_3_5'"),
        ("AttributeError", "module 'torch' has no attribute 'x1_25_3_5'"),
        ("NameError", "name 'x1_25_3_5' is not defined"),
        ("ModuleNotFoundError", "No module named 'x1_25_3_5'"),
        ("TypeError", "x1_25() missing 1 required positional argument: 'b'"),
        ("TypeError", "f() got an unexpected keyword argument 'x1_25_3_5'"),
        ("TypeError", "'x1_25' object is not callable"),
        (
            "RuntimeError",
            "The size of tensor a (1250000) must match the size of tensor b (2) at non-singleton dimension 1",
        ),
        (
            "RuntimeError",
            "shape '[1, 2, 5, 3, 5, 1, 2, 5, 3, 5, 1, 2, 5, 3, 5, 1, 2, 5, 3, 5, 7]' is invalid for input of",
        ),
        ("RuntimeError", "expected m1 and m2 to have the same dtype, but got: 1bpaccpac != 1epacapf"),
        ("RuntimeError", f"expected m1 and m2 to have the same dtype, but got: {'f foo ' * 9} != f"),
        ("TypeError", f"'{'f.foo.' * 9}f' object is not callable"),
        ("IndexError", "index \u0661\u0662 is out of bounds for dimension 0 with size 3"),
        ("NotImplementedError", "1.25 3.5"),
        ("MyError", "division by zero"),
    ],
)
def test_what_could_carry_inputs_is_not_quoted(type_name: str, message: str) -> None:
    """Texts and names that are not in the hand-in, long numbers and unknown messages stay unsaid."""
    assert quotable(type_name, message, words=WORDS) == ""


def test_only_the_beginning_that_is_known_is_quoted() -> None:
    """What follows a library's own words is cut off."""
    message = "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5) and by the way 1.25 3.5"

    assert quotable("RuntimeError", message, words=WORDS) == ("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)")


@given(
    st.floats(min_value=1.5, max_value=1e3).filter(lambda number: number != int(number)),
    st.sampled_from(["ValueError", "RuntimeError", "TypeError", "KeyError", "NameError", "IndexError"]),
)
def test_a_hidden_number_never_comes_through(number: float, type_name: str) -> None:
    """Whatever sentence a student wraps around it, a fraction is not quoted."""
    secret = repr(number)
    for message in (secret, f"'{secret}'", f"name '{secret}' is not defined", f"index {secret} is out of bounds"):
        assert secret not in quotable(type_name, message, words=WORDS)


def test_an_unknown_error_has_no_explanation() -> None:
    """Nothing is better than a guess."""
    assert explain("ValueError", "something else") is None


def test_the_templates_placeholder_is_told_from_a_librarys_refusal() -> None:
    """Both are NotImplementedErrors; only the hand-in's own ``raise`` is the template's."""
    raised, called = (
        Frame(cell=1, line=2, function="f", source=source)
        for source in ("raise NotImplementedError('Write your code here.')", "return (y_hat - y).log_softmax(0)")
    )
    refusal = caught(lambda: torch.ones(2, dtype=torch.long).log_softmax(0))

    placeholder = explain("NotImplementedError", "Write your code here.", frames=(called, raised))
    assert placeholder is not None
    assert placeholder.en.startswith("The template's")
    assert explain("NotImplementedError", "Could not run 'aten::x'", frames=(raised, called)) is None
    explanation = explain(*refusal, frames=(called,))
    assert explanation is not None
    assert "tensors of dtype Long" in explanation.en


@pytest.mark.parametrize("type_name", ["AttributeError", "ImportError"])
def test_what_a_stand_in_lacks_is_explained(type_name: str) -> None:
    """In both languages, and apart from what the assignment asks for."""
    message = "this stand-in for d2l does not offer `sgd`"
    lacking = explain(type_name, message)
    asked = explain(type_name, f"{message}: it is what the exercise asks you to write")

    assert lacking is not None
    assert asked is not None
    assert (lacking.en.endswith("Write what you need of it yourself."), "`sgd`" in lacking.zh) == (True, True)
    assert (asked.en.startswith("`sgd` is what the exercise asks"), "题目要求" in asked.zh) == (True, True)
    assert quotable(type_name, message, words=WORDS | {"d2l", "sgd"}) == message


def test_a_name_from_a_missing_package_is_not_called_misspelled() -> None:
    """What is missing is the package."""
    explanation = explain("NameError", "name 'tf' is not defined", missing={"tf": "tensorflow"})

    assert explanation is not None
    assert explanation.en.startswith("`tf` is not defined, because the package `tensorflow`")
    assert explanation.zh.startswith("`tf` 没有定义，因为应当从中导入它的软件包 `tensorflow`")
    assert explain("NameError", "name 'tg' is not defined", missing={"tf": "tensorflow"}) == explain(
        "NameError", "name 'tg' is not defined"
    )


def test_common_types_are_those_of_python_and_its_libraries() -> None:
    """A type's name could carry text as well, so only known ones count as common."""
    assert all(is_common_type(name) for name in ("ValueError", "KeyError", "OutOfMemoryError"))
    assert not is_common_type("x1_25")
    assert not is_common_type(builtins.__name__)
