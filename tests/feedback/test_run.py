"""What happened in the hand-in itself: cells, failed statements, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.feedback.run import NOTICES, REASONS
from grader.model.text import Text
from grader.wire.evidence import CellRun, LoadReport, Notice, RemoteError, RemoteFrame, StatementFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.feedback.view import Feedback

    Show = Callable[..., Feedback]


def failure(reason: str = "raised", **fields: Any) -> StatementFailure:
    """A failed import on line 1 of the code cell."""
    error = RemoteError(
        type_name="ModuleNotFoundError",
        message="No module named 'sklearn'",
        frames=(RemoteFrame(cell=1, line=1, function="<module>", source="forged"),),
    )
    return StatementFailure(
        **{
            "cell": 1,
            "statement": 0,
            "line": 1,
            "source": "forged",
            "error": error,
            "binds": ("sklearn",),
            "reason": reason,
            **fields,
        }
    )


def loaded(*failures: StatementFailure, notices: tuple[Notice, ...] = (), **fields: Any) -> LoadReport:
    """A load report about the code cell."""
    cell = CellRun(
        index=1,
        status=fields.pop("status", "partly"),
        outputs=fields.pop("outputs", ()),
        failures=failures,
    )
    return LoadReport(cells=(cell,), notices=notices, **fields)


def test_a_failed_statement_is_shown_with_what_it_means(show: Show) -> None:
    """Its own line, the error, an explanation, and what is not defined because of it."""
    (shown,) = show(load=loaded(failure())).cells[1].failures

    assert (shown.cell, shown.line, shown.source, shown.binds) == (1, 1, "import torch", ("sklearn",))
    assert shown.message == Text(
        en="This statement raised ModuleNotFoundError. The ones after it were run all the same.",
        zh="这条语句引发了 ModuleNotFoundError，后面的语句照常运行。",
    )
    assert (shown.error.type_name, shown.error.message) == ("ModuleNotFoundError", "No module named 'sklearn'")
    assert shown.error.explanation == Text(
        en="The package `sklearn` is not installed where hand-ins are graded. Solve the exercise without it; Python,"
        " torch and numpy are there.",
        zh="评分环境中没有安装软件包 `sklearn`。请不要用它来完成题目；可以使用 Python、torch 和 numpy。",
    )
    assert [frame.source for frame in shown.error.frames] == ["import torch"]


@pytest.mark.parametrize("reason", [*REASONS, "made up"])
def test_every_reason_is_told(show: Show, reason: str) -> None:
    """Also one that nobody knows."""
    (shown,) = show(load=loaded(failure(reason))).cells[1].failures

    assert shown.message.en.startswith("Th")
    assert shown.message.zh.endswith("。")


def test_a_statement_that_was_not_run_has_no_error(show: Show) -> None:
    """It says what used up the time instead, if that is known."""
    nothing = RemoteError(type_name="", message="")
    late = failure("skipped", error=nothing, line=2)

    alone = show(load=loaded(late)).cells[1].failures[0]
    _, after = show(load=loaded(failure("timed_out"), late)).cells[1].failures

    assert (alone.error.type_name, after.error.type_name) == ("", "")
    assert alone.message == Text(en="This statement was not run.", zh="这条语句没有运行。")
    assert after.message == Text(
        en="This statement was not run, because cell 2, line 1 had used up the time.",
        zh="这条语句没有运行，因为第 2 个单元格第 1 行用完了运行时间。",
    )


@pytest.mark.parametrize(
    ("kind", "values", "en", "zh"),
    [
        (
            "shell_skipped",
            {"command": "!pip install torch"},
            "The shell command was not run: !pip install torch",
            "没有执行 shell 命令：!pip install torch",
        ),
        (
            "input_empty",
            {},
            "`input()` has nobody to answer here and gave an empty text.",
            "这里没有人输入，`input()` 返回了空字符串。",
        ),
        (
            "main_block_run",
            {},
            'The block under `if __name__ == "__main__":` was run.',
            '`if __name__ == "__main__":` 下的代码已运行。',
        ),
        (
            "debugger_skipped",
            {},
            "`breakpoint()` was passed over: there is no debugger here.",
            "已略过 `breakpoint()`：这里没有调试器。",
        ),
    ],
)
def test_a_notice_stands_at_its_cell(show: Show, kind: str, values: dict[str, str], en: str, zh: str) -> None:
    """In words, once however often it was reported."""
    notice = Notice(kind=kind, cell=1, values=values)
    feedback = show(load=loaded(notices=(notice, notice)))

    assert feedback.cells[1].notices == (Text(en=en, zh=zh),)
    assert feedback.notices == ()


@pytest.mark.parametrize(
    ("kind", "en", "zh"),
    [
        (
            "workers_zero",
            "`DataLoader` ran with `num_workers=0`: hand-ins may not start further processes.",
            "`DataLoader` 以 `num_workers=0` 运行",
        ),
        (
            "processes_as_threads",
            "`multiprocessing` worked with threads: hand-ins may not start further processes.",
            "`multiprocessing` 改用线程运行",
        ),
        ("compile_skipped", "`torch.compile` was left out", "已略过 `torch.compile`"),
    ],
)
def test_what_the_walls_changed_is_said_once(show: Show, kind: str, en: str, zh: str) -> None:
    """For the hand-in as a whole, in both languages."""
    (said,) = show(load=loaded(notices=(Notice(kind=kind, cell=0), Notice(kind=kind, cell=1)))).notices

    assert (said.en.startswith(en), said.zh.startswith(zh)) == (True, True)


def test_a_missing_package_is_told_with_its_uses_if_there_are_any(show: Show) -> None:
    """A sentence never ends in an empty list."""
    notices = tuple(
        Notice(kind="package_missing", cell=1, values={"package": package, "needed_for": uses, "names": "pd"})
        for package, uses in (("pandas", "pd.read_csv"), ("bs4", ""))
    )
    used, unused = show(load=loaded(notices=notices)).notices

    assert used.en.endswith("pd.read_csv.")
    assert unused == Text(
        en="The package bs4 is not installed here, so importing it failed. Leave the import out if nothing needs it.",
        zh="这里没有安装软件包 bs4，导入它的语句失败了。如果用不到它，请删去这条导入。",
    )


def test_a_name_of_a_missing_package_is_explained_by_it(show: Show) -> None:
    """Wherever it is used."""
    error = RemoteError(type_name="NameError", message="name 'tf' is not defined")
    notice = Notice(
        kind="package_missing", cell=1, values={"package": "tensorflow", "needed_for": "", "names": "a, tf"}
    )
    (shown,) = show(load=loaded(failure(error=error), notices=(notice,))).cells[1].failures

    assert shown.error.explanation is not None
    assert "the package `tensorflow`" in shown.error.explanation.en


def test_a_replaced_package_concerns_the_whole_hand_in(show: Show) -> None:
    """It is told once, above the cells."""
    notices = tuple(Notice(kind="stand_in", cell=cell, values={"package": "d2l"}) for cell in (0, 1))
    feedback = show(load=loaded(notices=notices))

    assert [notice.en for notice in feedback.notices] == [
        (
            "The package d2l is not installed here. A small replacement with its usual helpers (plots, timers and the"
            " like) stood in for it, so that your code could run; what it offers does not count as your own solution."
        )
    ]
    assert feedback.cells[1].notices == ()


@pytest.mark.parametrize("kind", [*NOTICES, "made_up"])
def test_a_notice_that_is_not_in_form_is_left_out(show: Show, kind: str) -> None:
    """The process that reports notices is not trusted; a forged one breaks nothing."""
    feedback = show(load=loaded(notices=(Notice(kind=kind, cell=1),)))
    told = [*feedback.notices, *feedback.cells[1].notices]

    assert len(told) == (0 if NOTICES.get(kind, ("unknown",)) else 1)


@pytest.mark.parametrize(
    ("ended", "en"),
    [
        ("timed_out", "Your code did not finish within 60 s. What it had defined by then was graded."),
        (
            "out_of_memory",
            "Your code did not finish, because it needed more than 2 GB of memory. What it had",
        ),
        ("flooded", "Your code did not finish, because it wrote more than 4 MB of output."),
        ("disk", "Your code did not finish, because it wrote more than 256 MB to disk."),
        ("file_size", "Your code did not finish, because it wrote more than 64 MB to one file."),
        ("files", "Your code did not finish, because it made more than 2000 files and folders,"),
        ("threads", "Your code did not finish, because it had more than 64 threads at the same time."),
        ("crashed", "Your code did not finish, because it ended its own process."),
    ],
)
def test_a_run_that_was_cut_off_is_announced(show: Show, ended: str, en: str) -> None:
    """First of all notices, with the limit."""
    assert show(load=loaded(ended=ended)).notices[0].en.startswith(en)


def test_every_cell_has_a_status(show: Show) -> None:
    """Text is text, and a cell that the run does not mention was not run."""
    assert [cell.status for cell in show(load=loaded(status="ok")).cells] == ["text", "ok"]
    assert [cell.status for cell in show(load=loaded(status="forged")).cells] == ["text", "not_run"]
    assert [cell.status for cell in show(load=None).cells] == ["text", "not_run"]


def test_outputs_beyond_the_budget_are_cut_and_noted(show: Show) -> None:
    """A hostile process cannot make a report of any size."""
    huge = {"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}
    small = {"output_type": "stream", "name": "stdout", "text": "ok"}
    cell = show(load=loaded(outputs=(huge, small))).cells[1]

    assert [output["text"] for output in cell.outputs] == ["ok"]
    assert cell.notices[0].en == "The output was longer than what is kept; the rest was cut off."
