"""Sentences for findings, word by word in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.feedback.messages import bytes_text, call_text, shown
from grader.feedback.places import HandInText
from grader.model.result import Difference, ErrorRecord, Finding, FindingKind, Frame, Snapshot
from grader.model.text import Text
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.feedback.view import Feedback
    from grader.model.assignment import Assignment
    from grader.model.result import CaseResult
    from grader.model.submission import Submission

K = FindingKind


def tensor(*shape: int, dtype: str = "torch.float32", **fields: Any) -> Snapshot:
    """A tensor's picture."""
    return Snapshot(kind="tensor", type_name="Tensor", shape=shape, dtype=dtype, **fields)


def plain(value: Any) -> Snapshot:
    """A number's, text's or None's picture."""
    kind = {int: "number", float: "number", str: "text"}.get(type(value), "none")
    return Snapshot(kind=kind, type_name=type(value).__name__, text=str(value))


def difference(mismatched: int = 3, total: int = 6, factor: float | None = None) -> Difference:
    """A difference at index (2, 0)."""
    return Difference(
        largest_absolute=0.75,
        largest_relative=0.5,
        index=(2, 0),
        mismatched=mismatched,
        total=total,
        atol=1e-5,
        rtol=1e-6,
        factor=factor,
    )


ERROR = ErrorRecord(
    type_name="ValueError", message="m", frames=(Frame(cell=1, line=7, function="squared_loss", source="x"),)
)
WHAT = Text(en="the noise's standard deviation", zh="噪声的标准差")

GOLDEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "too much on the disk": (
        {"kind": K.DISK, "subject": "sgd"},
        (
            "Your code wrote more than 256 MB to disk, which is all that its files may hold together. Write less, or"
            " remove files that are not needed any more."
        ),
        "你的代码写入磁盘的内容超过了 256 MB，这是所有文件合计的上限。请少写一些，或删除不再需要的文件。",
    ),
    "too much in one file": (
        {"kind": K.FILE_SIZE, "subject": "sgd"},
        (
            "Your code wrote more than 64 MB to one file, which is all that a file may hold. Write less to it, for"
            " instance only the last state of the training."
        ),
        "你的代码写入同一个文件的内容超过了 64 MB，这是单个文件的上限。请少写一些，例如只保存训练的最后状态。",
    ),
    "too many files": (
        {"kind": K.FILES, "subject": "sgd"},
        (
            "Your code made more than the 2000 files and folders it may make, or put folders too deep inside each"
            " other. Write to fewer files."
        ),
        "你的代码创建的文件和文件夹超过了上限 2000 个，或者文件夹嵌套太深。请减少文件的数量。",
    ),
    "too many threads": (
        {"kind": K.THREADS, "subject": "sgd"},
        (
            "Your code had more than the 64 threads it may have at the same time, so its process was ended. Does a"
            " loop start a new one in each round?"
        ),
        "你的代码同时运行的线程超过了上限 64 个，进程因此被结束。是不是循环的每一轮都启动了新的线程？",
    ),
    "disk full while defining": (
        {"kind": K.NAME_STATEMENT_FAILED, "subject": "sgd", "values": {"cell": 1, "line": 3, "reason": "disk"}},
        (
            "`sgd` is not defined because the statement that should define it (cell 2, line 3) wrote more than 256 MB"
            " to disk and was stopped. Write less there."
        ),
        (
            "`sgd` 没有定义，因为应当定义它的语句（第 2 个单元格第 3 行）写入磁盘的内容超过了 256 MB，"
            "已被停止。请少写一些。"
        ),
    ),
    "values": (
        {"kind": K.VALUES, "subject": "squared_loss", "difference": difference()},
        "3 of 6 values of the result of `squared_loss` are wrong; the largest difference is 0.75, at index (2, 0).",
        "`squared_loss` 的返回值共有 6 个值，其中 3 个不对，最大相差 0.75，位于下标 (2, 0)。",
    ),
    "one value": (
        {"kind": K.VALUES, "subject": "w", "difference": difference(mismatched=1)},
        "1 of 6 values of `w` is wrong: at index (2, 0) it is off by 0.75.",
        "`w` 共有 6 个值，其中 1 个不对，最大相差 0.75，位于下标 (2, 0)。",
    ),
    "inside a class": (
        {"kind": K.NAME_NEAR_MISS, "subject": "sgd", "values": {"near": "sgd", "inside": "Solution"}},
        (
            "`sgd` is defined in your hand-in only inside `Solution`, where it cannot be called as the assignment calls"
            " it. Define it on its own, at the beginning of a line."
        ),
        "你的作业只在 `Solution` 内部定义了 `sgd`，这样无法按作业的要求调用它。请把它单独定义在最外层，不要缩进。",
    ),
    "not in place": (
        {"kind": K.NOT_IN_PLACE, "subject": "w", "expected": tensor(2), "got": tensor(2)},
        (
            "The contents of `w` did not change. Often the cause is `param = param - ...`, which makes a new tensor and"
            " leaves the old one as it was: write `param -= ...` inside `torch.no_grad()`. Or the gradient was reset"
            " before it was used, or your code never reaches this parameter."
        ),
        (
            "`w` 的内容没有改变。常见的原因是 `param = param - ...`：它会生成新的张量，原来的不变；请在"
            " `torch.no_grad()` 中写 `param -= ...`。也可能是在使用梯度之前就把它清零了，或者代码没有更新到这个参数。"
        ),
    ),
    "not run for want of time": (
        {
            "kind": K.NAME_STATEMENT_FAILED,
            "subject": "sgd",
            "values": {"cell": 1, "line": 3, "reason": "skipped", "culprit_cell": 0, "culprit_line": 2},
        },
        (
            "`sgd` is not defined because the statement that should define it was not run: cell 1, line 2 had used up"
            " the time. End that loop, or make it shorter."
        ),
        (
            "`sgd` 没有定义，因为应当定义它的语句没有运行：第 1 个单元格第 2 行用完了运行时间。"
            "请让那里的循环能够结束，或缩短它。"
        ),
    ),
    "not run, nobody knows why": (
        {"kind": K.NAME_STATEMENT_FAILED, "subject": "sgd", "values": {"cell": 1, "line": 3, "reason": "skipped"}},
        (
            "`sgd` is not defined because the time was used up before the statement that should define it was run."
            " Look for a loop further up that never ends or takes too long."
        ),
        "`sgd` 没有定义，因为还没运行到应当定义它的语句，时间就用完了。请检查前面有没有不会结束或耗时太长的循环。",
    ),
    "stopped while defining": (
        {"kind": K.NAME_STATEMENT_FAILED, "subject": "sgd", "values": {"cell": 1, "line": 3, "reason": "timed_out"}},
        (
            "`sgd` is not defined because the statement that should define it (cell 2, line 3) took too long and was"
            " stopped. Is there a loop that never ends?"
        ),
        "`sgd` 没有定义，因为应当定义它的语句（第 2 个单元格第 3 行）运行时间太长，已被停止。是不是有不会结束的循环？",
    ),
    "ended the process while defining": (
        {"kind": K.NAME_STATEMENT_FAILED, "subject": "sgd", "values": {"cell": 1, "line": 3, "reason": "crashed"}},
        (
            "`sgd` is not defined because the statement that should define it (cell 2, line 3) ended the Python process"
            " and was left out. Look for `exit()`, `quit()` or `os._exit` there."
        ),
        (
            "`sgd` 没有定义，因为应当定义它的语句（第 2 个单元格第 3 行）使 Python 进程结束，所以被跳过了。"
            "请检查那里有没有 `exit()`、`quit()` 或 `os._exit`。"
        ),
    ),
    "a number": (
        {"kind": K.VALUES, "what": WHAT, "expected": plain(0.01), "got": plain(0.5)},
        "Got 0.5 for the noise's standard deviation; expected 0.01.",
        "噪声的标准差是 0.5，应为 0.01。",
    ),
    "a tensor of one element": (
        {
            "kind": K.VALUES,
            "subject": "w",
            "expected": tensor(1, 1, values=(2.0,)),
            "got": tensor(1, 1, values=(-0.5,)),
            "difference": difference(mismatched=1, total=1),
        },
        "Got -0.5 for `w`; expected 2.",
        "`w` 是 -0.5，应为 2。",
    ),
    "a third": (
        {"kind": K.FACTOR, "subject": "y_hat.grad", "difference": difference(factor=0.33333331)},
        "Got 1/3 times the expected values for `y_hat.grad`: one constant factor is missing or too much.",
        "`y_hat.grad` 处处是期望值的 1/3 倍：多乘或少乘了一个常数。",
    ),
    "no gradient": (
        {"kind": K.NO_GRADIENT, "subject": "y_hat", "got": tensor(4, requires_grad=True)},
        (
            "No gradient arrives at `y_hat`. Compute with tensor operations only; `.detach()`, `.item()`, `.data`,"
            " `.numpy()` and `torch.tensor(...)` cut the graph."
        ),
        (
            "`y_hat` 没有得到梯度。计算时请只用张量运算；`.detach()`、`.item()`、`.data`、`.numpy()` 和"
            " `torch.tensor(...)` 会切断计算图。"
        ),
    ),
    "a result outside the graph": (
        {"kind": K.NO_GRADIENT, "subject": "squared_loss", "got": tensor(4, requires_grad=False)},
        (
            "No gradient can flow back through the result of `squared_loss`: the graph is cut on the way. Compute with"
            " tensor operations only; `.detach()`, `.item()`, `.data`, `.numpy()` and `torch.tensor(...)` cut it."
        ),
        (
            "`squared_loss` 的返回值无法反向传播梯度：计算图在途中被切断了。计算时请只用张量运算；`.detach()`、"
            "`.item()`、`.data`、`.numpy()` 和 `torch.tensor(...)` 都会切断计算图。"
        ),
    ),
    "values without numbers": (
        {"kind": K.VALUES, "expected": tensor(3), "got": tensor(3)},
        "Got other values than expected for the result.",
        "返回结果的数值与期望不符。",
    ),
    "shape": (
        {"kind": K.SHAPE, "subject": "X", "expected": tensor(5, 3), "got": tensor(3, 4)},
        "Got shape (3, 4) for `X`; expected (5, 3).",
        "`X` 的形状是 (3, 4)，应为 (5, 3)。",
    ),
    "broadcast": (
        {"kind": K.SHAPE, "subject": "squared_loss", "expected": tensor(4, 1), "got": tensor(4, 4)},
        (
            "Got shape (4, 4) for the result of `squared_loss`; expected (4, 1). This is broadcasting: a"
            " column (n, 1) and a flat (n,) make a table (n, n), in which every value meets every other. Give both the"
            " same shape first."
        ),
        (
            "`squared_loss` 的返回值的形状是 (4, 4)，应为 (4, 1)。这是广播造成的：一列 (n, 1) 与一维 (n,) 运算"
            "会得到 (n, n) 的表，每个值都与所有值两两运算。请先让两者形状相同。"
        ),
    ),
    "reduced": (
        {"kind": K.SHAPE, "subject": "squared_loss", "expected": tensor(4, 1), "got": tensor()},
        (
            "Got a single number for the result of `squared_loss`; expected shape (4, 1). Was it summed or averaged?"
            " Return one value per element."
        ),
        "`squared_loss` 的返回值只是一个数，形状应为 (4, 1)。是不是求了和或取了平均？应当为每个元素各返回一个值。",
    ),
    "arranged differently": (
        {"kind": K.SHAPE, "subject": "y", "expected": tensor(4, 1), "got": tensor(4)},
        "Got shape (4,) for `y`; expected (4, 1). The number of values is right, only their arrangement is not.",
        "`y` 的形状是 (4,)，应为 (4, 1)。元素个数是对的，只是形状不对。",
    ),
    "dtype": (
        {"kind": K.DTYPE, "subject": "y", "expected": tensor(4), "got": tensor(4, dtype="torch.float64")},
        "Got dtype `float64` for `y`; expected `float32`.",
        "`y` 的数据类型是 `float64`，应为 `float32`。",
    ),
    "not a tensor": (
        {"kind": K.NOT_A_TENSOR, "subject": "squared_loss", "got": plain(3.5)},
        "Got `float` for the result of `squared_loss`; expected a tensor.",
        "`squared_loss` 的返回值的类型是 `float`，应为张量（Tensor）。",
    ),
    "none": (
        {"kind": K.RETURNED_NONE, "subject": "squared_loss", "got": plain(None)},
        "Got None for the result of `squared_loss`. Is a `return` missing?",
        "`squared_loss` 的返回值是 None。是不是漏了 `return`？",
    ),
    "factor": (
        {"kind": K.FACTOR, "subject": "squared_loss", "difference": difference(factor=2.0)},
        "Got 2 times the expected values for the result of `squared_loss`: one constant factor is missing or too much.",
        "`squared_loss` 的返回值处处是期望值的 2 倍：多乘或少乘了一个常数。",
    ),
    "length": (
        {
            "kind": K.WRONG_LENGTH,
            "expected": Snapshot(kind="sequence", type_name="tuple", shape=(2,)),
            "got": Snapshot(kind="sequence", type_name="tuple", shape=(3,)),
        },
        "Got 3 items for the result; expected 2.",
        "返回结果有 3 项，应有 2 项。",
    ),
    "input changed": (
        {"kind": K.INPUT_CHANGED, "subject": "y_hat", "expected": tensor(4), "got": tensor(4)},
        "Your code changed `y_hat`, which it should only read. Compute a new tensor and leave the input as it was.",
        "`y_hat` 被你的代码改动了，而输入只应读取。请计算出新的张量，不要改动输入。",
    ),
    "out of range": (
        {"kind": K.OUT_OF_RANGE, "what": WHAT, "got": plain(0.5), "values": {"low": 0.009, "high": 0.011, "got": 0.5}},
        "Got 0.5 for the noise's standard deviation; expected a value from 0.009 to 0.011.",
        "噪声的标准差是 0.5，应在 0.009 到 0.011 之间。",
    ),
    "law": (
        {"kind": K.LAW, "what": Text(en="the loss is never negative", zh="损失不为负")},
        "This should hold, but does not: the loss is never negative.",
        "应当成立，实际上却不成立：损失不为负。",
    ),
    "answer": (
        {"kind": K.ANSWER, "subject": "weight_shape", "got": plain("(1, 8)"), "expected": plain("(8, 1)")},
        "Your answer (1, 8) for `weight_shape` is not right.",
        "`weight_shape` 的答案 (1, 8) 不对。",
    ),
    "answer with an explanation": (
        {
            "kind": K.ANSWER,
            "subject": "weight_shape",
            "got": plain("(1, 8)"),
            "explanation": Text(en="That is the layout of `nn.Linear`.", zh="这是 `nn.Linear` 的布局。"),
        },
        "Your answer (1, 8) for `weight_shape` is not right. That is the layout of `nn.Linear`.",
        "`weight_shape` 的答案 (1, 8) 不对。这是 `nn.Linear` 的布局。",
    ),
    "answer's form": (
        {"kind": K.ANSWER_FORM, "subject": "q", "got": plain("maybe"), "values": {"options": "A, B"}},
        "Your answer for `q` could not be understood: maybe. Write one of the letters A, B.",
        "`q` 的答案 maybe 无法识别。请从 A, B 中选一个字母填写。",
    ),
    "parameter order": (
        {
            "kind": K.PARAMETER_ORDER,
            "subject": "sgd",
            "values": {"got": "params, batch_size, lr", "expected": "params, lr, batch_size"},
        },
        (
            "You wrote `sgd(params, batch_size, lr)`; the assignment asks for `sgd(params, lr, batch_size)`. The check"
            " passes its arguments in that order. Called by name, your function is right here: put its parameters in"
            " the order asked for."
        ),
        (
            "你写的是 `sgd(params, batch_size, lr)`，作业要求 `sgd(params, lr, batch_size)`，检查时按这个顺序传入参数。"
            "按参数名调用时你的函数在这里是对的：请把参数改成要求的顺序。"
        ),
    ),
    "parameters": (
        {"kind": K.PARAMETERS, "subject": "sgd"},
        "Your `sgd` cannot be called as the assignment calls it: `sgd(params, lr, batch_size)`.",
        "你的 `sgd` 无法按作业的方式 `sgd(params, lr, batch_size)` 调用。",
    ),
    "raised": (
        {"kind": K.RAISED, "subject": "squared_loss", "error": ERROR},
        "Your code raised ValueError (cell 2, line 7).",
        "你的代码引发了 ValueError（第 2 个单元格第 7 行）。",
    ),
    "raised nowhere": (
        {"kind": K.RAISED, "error": ErrorRecord(type_name="ValueError", message="m")},
        "Your code raised ValueError.",
        "你的代码引发了 ValueError。",
    ),
    "missing": (
        {"kind": K.NAME_MISSING, "subject": "sgd"},
        "`sgd` is not defined in your hand-in. Define it with exactly this name.",
        "你的作业中没有定义 `sgd`。请用完全相同的名字定义它。",
    ),
    "near miss": (
        {"kind": K.NAME_NEAR_MISS, "subject": "squared_loss", "values": {"near": "square_loss"}},
        (
            "`squared_loss` is not defined in your hand-in, but `square_loss` is. If that is your solution, rename it"
            " to `squared_loss`."
        ),
        "你的作业中没有定义 `squared_loss`，但有 `square_loss`。如果那就是你的解答，请改名为 `squared_loss`。",
    ),
    "statement failed": (
        {"kind": K.NAME_STATEMENT_FAILED, "subject": "sgd", "error": ERROR, "values": {"cell": 1, "line": 3}},
        (
            "`sgd` is not defined because the statement that should define it failed with ValueError (cell 2, line 3)."
            " Repair that statement first."
        ),
        "`sgd` 没有定义，因为应当定义它的语句出错了：ValueError（第 2 个单元格第 3 行）。请先改好那条语句。",
    ),
    "stand-in": (
        {"kind": K.NAME_FROM_STAND_IN, "subject": "sgd", "values": {"package": "d2l"}},
        "`sgd` comes from the package d2l here, not from your own code. Write it yourself, under this name.",
        "这里的 `sgd` 来自软件包 d2l，不是你自己的代码。请用这个名字自己实现它。",
    ),
    "not answered": (
        {"kind": K.NOT_ANSWERED, "subject": "squared_loss"},
        "For `squared_loss`, the template is still unchanged. Replace its placeholder by your solution.",
        "`squared_loss` 还是模板里的原样。请把占位内容换成你的解答。",
    ),
    "timed out": (
        {"kind": K.CALL_TIMED_OUT, "subject": "sgd", "values": {"seconds": 10.0}},
        (
            "`sgd` was still running after 10 s and was stopped. Is there a loop that never ends, or one over elements"
            " that a tensor operation could do at once?"
        ),
        "`sgd` 运行 10 秒后仍未结束，已被停止。是否有不会结束的循环，或者逐个元素的循环可以换成张量运算？",
    ),
    "memory": (
        {"kind": K.OUT_OF_MEMORY, "values": {"memory_bytes": 2 * 1024**3}},
        (
            "Your code asked for more than the 2 GB of memory it may use. Is a tensor much larger than intended, for"
            " instance by broadcasting?"
        ),
        "你的代码申请的内存超过了上限 2 GB。是否有张量比预想的大得多，例如因为广播？",
    ),
    "signal": (
        {"kind": K.CRASHED, "values": {"signal": "SIGSEGV"}},
        "Your code brought its own Python process down (SIGSEGV). Often a library was called with wrong arguments.",
        "你的代码使 Python 进程崩溃（SIGSEGV）。常见原因是用不当的参数调用了底层库。",
    ),
    "unusable": (
        {"kind": K.UNUSABLE, "subject": "squared_loss", "got": tensor(2, 2)},
        (
            "The check could not go on with what your code returned: Tensor of shape (2, 2). Compare its type and shape"
            " with what the exercise asks for."
        ),
        "你的代码返回的内容使检查无法继续：形状为 (2, 2) 的 Tensor。请对照题目要求，核对返回值的类型和形状。",
    ),
    "suite": (
        {"kind": K.SUITE},
        "This check is faulty itself. You keep its points, and your instructor has been told.",
        "这个检查项本身有错误。你不会因此失分，教师会得到通知。",
    ),
}


@pytest.mark.parametrize("name", list(GOLDEN))
def test_a_finding_is_told_in_both_languages(
    name: str, show: Callable[..., Feedback], make_result: Callable[..., CaseResult]
) -> None:
    """The exact words that a student reads."""
    fields, en, zh = GOLDEN[name]
    message = show(make_result(finding=Finding(**fields))).exercises[0].cases[0].message

    assert message.en == en
    assert message.zh == zh


@pytest.mark.parametrize("kind", list(FindingKind))
def test_a_finding_without_values_is_still_told(
    kind: FindingKind, show: Callable[..., Feedback], make_result: Callable[..., CaseResult]
) -> None:
    """An author's own finding may lack what the best sentence needs; a student never sees a hole."""
    message = show(make_result(finding=Finding(kind=kind))).exercises[0].cases[0].message

    assert message.en.endswith((".", "?"))
    assert message.zh.endswith(("。", "？"))
    assert not {"{", "}"} & set(message.en + message.zh)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_without_a_finding_is_told(
    verdict: Verdict, show: Callable[..., Feedback], make_result: Callable[..., CaseResult]
) -> None:
    """Every case has a message."""
    message = show(make_result(verdict=verdict)).exercises[0].cases[0].message

    assert message.en
    assert message.zh


@pytest.mark.parametrize("kind", [K.VALUES, K.SHAPE, K.DTYPE, K.WRONG_TYPE, K.FACTOR, K.OUT_OF_RANGE])
def test_a_concealed_expectation_is_not_in_the_sentence(
    kind: FindingKind, show: Callable[..., Feedback], make_result: Callable[..., CaseResult]
) -> None:
    """Where the expected value is the answer, no sentence tells it."""
    finding = Finding(
        kind=kind,
        subject="bias_shape",
        expected=tensor(71, 73, dtype="torch.float16"),
        got=tensor(2),
        difference=difference(factor=79.0),
        values={"low": 71, "high": 73},
        conceal_expected=True,
    )
    message = show(make_result(finding=finding)).exercises[0].cases[0].message

    assert message == Text(en="Your result for `bias_shape` is not right.", zh="`bias_shape` 不正确。")


def test_a_call_is_worded_as_the_assignment_words_it(assignment: Assignment) -> None:
    """With the contract's parameter names; a quiz is not called."""
    assert call_text("sgd", assignment) == "sgd(params, lr, batch_size)"
    assert call_text("weight_shape", assignment) == ""
    assert call_text("unheard_of", assignment) == ""


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (None, "–"),
        (plain(None), "None"),
        (plain("B"), "B"),
        (tensor(values=(0.5,)), "0.5"),
        (tensor(2, 1), "Tensor of shape (2, 1)"),
        (Snapshot(kind="sequence", type_name="list", values=(1, 2.0)), "1, 2"),
        (Snapshot(kind="object", type_name="Net"), "Net"),
    ],
)
def test_a_value_is_shown_in_a_few_words(snapshot: Snapshot | None, words: str) -> None:
    """Short values as they are, large ones by type and shape."""
    assert shown(snapshot).en == words


@pytest.mark.parametrize(
    ("size", "words"), [(2 * 1024**3, "2 GB"), (1.5 * 1024**2, "1.5 MB"), (2048, "2 kB"), (10, "10 B")]
)
def test_memory_is_written_in_the_largest_unit(size: float, words: str) -> None:
    """People read 2 GB, not 2147483648."""
    assert bytes_text(size) == words


def test_a_module_has_lines_and_no_cells(submission: Submission) -> None:
    """Places are told as the student sees them."""
    assert HandInText(submission).place(1, 7) == Text(en="cell 2, line 7", zh="第 2 个单元格第 7 行")
