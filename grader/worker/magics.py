"""The single home of what becomes of magics and shell escapes.

Those that run Python run it as ordinary statements, so that what they define counts. Those that only set up a notebook
do nothing. Those that need a shell, a network or a terminal are skipped with a notice, and the cell goes on.
"""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.display import HTML, display
from IPython.utils.capture import CapturedIO
from IPython.utils.text import LSString, SList

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.worker.shell import CellShell

_RUNS_ITS_BODY = {"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "snakeviz", "heat", "debug"}
_RUNS_ITS_LINE = {"time", "timeit", "prun", "memit"}
_NOTHING_TO_DO = {
    "matplotlib", "config", "gui", "colors", "xmode", "precision", "autoreload", "autosave", "autocall", "automagic",
    "pinfo", "pinfo2", "psource", "pdef", "pdoc", "pfile", "psearch", "page", "lsmagic", "quickref", "magic", "who",
    "whos", "who_ls", "pprint", "pdb", "xdel", "reset", "reset_selective", "pycat", "doctest_mode", "capture",
}  # fmt: skip
_SHELL_WORDS = {
    "pip", "pip3", "conda", "mamba", "micromamba", "uv", "cd", "ls", "ll", "dir", "mkdir", "rmdir", "rm", "mv", "cp",
    "cat", "less", "more", "man", "sx", "system", "sc", "bash", "sh", "cmd", "script", "perl", "ruby", "python",
    "python2", "python3", "pypy", "pushd", "popd", "dhist", "apt", "apt-get", "git", "wget", "curl", "unzip", "!",
}  # fmt: skip
_UNESCAPED_WORDS = {"pip", "pip3", "conda", "mamba", "cd", "ls", "ll", "mkdir", "rm", "mv", "cp", "cat", "pwd"}
_SHOWS_ITS_BODY = {"markdown", "latex"}

_CELL_MAGIC = re.compile(r"%%(?P<name>[\w!-]+|!)[ \t]*(?P<line>.*)")
_PYTHON_AFTER_OPTIONS = re.compile(r"(?:-[a-zA-Z]+\s*(?:\d+)?\s+)*(?P<code>.*)", re.DOTALL)


class CellText(NamedTuple):
    """A cell's text with its cell magics resolved, line for line as long as before.

    ``whole`` is a call that stands for the entire cell, where the cell is not Python; ``text`` is unused then.
    """

    text: str
    whole: str = ""


def resolve_cell_magics(text: str) -> CellText:
    """Replace the cell magics at the beginning of ``text``: by nothing, by what they run first, or by one call."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _CELL_MAGIC.match(stripped)
        if match is None:
            break
        name, argument = match["name"], match["line"].strip()
        if name not in _RUNS_ITS_BODY:
            body = "\n".join(lines[number + 1 :])
            return CellText(text, f"get_ipython().run_cell_magic({name!r}, {argument!r}, {body!r})")
        lines[number] = _first_statement(name, argument)
    return CellText("\n".join(lines))


def unescaped_command(text: str) -> str:
    """``text`` with the escape that a lone ``pip install x`` does not need in a notebook."""
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) != 1 or lines[0].split()[0] not in _UNESCAPED_WORDS or _is_python(lines[0]):
        return text
    return text.replace(lines[0], "%" + lines[0].strip(), 1)


def run_inline(tree: ast.Module) -> ast.Module:
    """Replace each timing magic in ``tree`` (as IPython translates or nbconvert exports it) by what it times."""
    return _TimedCode().visit(tree)  # type: ignore[no-any-return]


def run_line(shell: CellShell, name: str, line: str) -> Any:
    """What a line magic does here, when its statement runs."""
    name = name.lstrip("%")  # a cell magic that is not on the cell's first line
    action = _LINE_ACTIONS.get(name)
    if action is not None:
        return action(shell, line)
    if name in _NOTHING_TO_DO or name in _RUNS_ITS_BODY:
        return None
    if name in _SHELL_WORDS:
        shell.notices.note("shell_skipped", command=f"%{name} {line}".strip())
        return no_output(as_lines=True)
    shell.notices.note("magic_skipped", magic=f"%{name} {line}".strip())
    return None


def run_cell(shell: CellShell, name: str, line: str, body: str) -> Any:
    """What a cell magic whose body is not Python does here."""
    if name.lower() == "html":
        display(HTML(body))
    elif name in _SHOWS_ITS_BODY:
        shell.capture.show({"text/plain": body})
    elif name in {"writefile", "file"}:
        _write_file(shell, line, body)
    elif name in _SHELL_WORDS:
        shell.notices.note("shell_skipped", command=f"%%{name} {body.strip().partition(chr(10))[0]}".strip())
    else:
        shell.notices.note("magic_skipped", magic=f"%%{name}")


def no_output(*, as_lines: bool) -> Any:
    """What a skipped shell command printed: nothing, in IPython's own form."""
    return SList([]) if as_lines else LSString("")


def _first_statement(name: str, argument: str) -> str:
    """The line of Python that stands for a cell magic whose body runs."""
    if name == "timeit":
        match = _PYTHON_AFTER_OPTIONS.fullmatch(argument)
        return match["code"] if match else ""
    if name == "capture" and argument.split("--", 1)[0].strip().isidentifier():
        target = argument.split("--", 1)[0].strip()
        return f"get_ipython().run_line_magic('capture', {target!r})"
    return ""


class _TimedCode(ast.NodeTransformer):
    """Puts the code of timing magics where their calls stand."""

    def visit_Expr(self, node: ast.Expr) -> Any:  # ast's own name
        """``%time f()`` alone on a line, or an exported ``%%time``."""
        code = _timed_code(node.value)
        return node if code is None else [_at(statement, node) for statement in code]

    def visit_Assign(self, node: ast.Assign) -> Any:  # ast's own name
        """``x = %time f()``."""
        code = _timed_code(node.value)
        if code is not None and len(code) == 1 and isinstance(code[0], (ast.Expr, ast.Assign)):
            node.value = code[0].value
            _at(node, node)
        return node


def _timed_code(call: ast.expr) -> list[ast.stmt] | None:
    """The statements that a timing magic's call holds as text, if ``call`` is one and its text is Python."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr="run_line_magic"),
            args=[ast.Constant(value=str(name)), ast.Constant(value=str(line))],
        ) if name in _RUNS_ITS_LINE:
            code = _PYTHON_AFTER_OPTIONS.fullmatch(line)
            body = _parsed(code["code"] if code else line)
            return body if name == "time" or body is None else [_unshown(statement) for statement in body]
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr="run_cell_magic"),
            args=[ast.Constant(value=str(name)), ast.Constant(), ast.Constant(value=str(text))],
        ) if name in _RUNS_ITS_BODY:
            return _parsed(text)
    return None


def _parsed(text: str) -> list[ast.stmt] | None:
    """The statements of ``text``; None if it is not Python."""
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        return None


def _is_python(text: str) -> bool:
    return _parsed(text.strip()) is not None


def _unshown(statement: ast.stmt) -> ast.stmt:
    """``statement`` so that its value is not a cell's result: these magics show times, not values."""
    if not isinstance(statement, ast.Expr):
        return statement
    assignment = ast.Assign(targets=[ast.Name("_", ast.Store())], value=statement.value)
    return ast.fix_missing_locations(ast.copy_location(assignment, statement))


def _at(statement: ast.stmt, place: ast.stmt) -> ast.stmt:
    """``statement`` as if all of it stood on the first line of ``place``, where a person sees it."""
    line = place.lineno
    for node in ast.walk(statement):
        if isinstance(node, (ast.stmt, ast.expr)):
            node.lineno = node.end_lineno = line
    return statement


def _bind_capture(shell: CellShell, name: str) -> None:
    """``%%capture out`` promises a name; the output itself stays visible."""
    if name:
        shell.user_ns[name] = CapturedIO(None, None, [])


def _change_folder(shell: CellShell, line: str) -> None:
    """``%cd`` into a folder that the hand-in made itself; anywhere else there is nothing to find."""
    target = Path(line.strip().strip("'\"") or ".")
    if target.is_absolute() or ".." in target.parts or not target.is_dir():
        shell.notices.note("shell_skipped", command=f"%cd {line}".strip())
        return
    import os  # noqa: PLC0415  # for this one call, which pathlib lacks

    os.chdir(target)


def _run_file(shell: CellShell, line: str) -> None:
    """``%run`` of a file that the hand-in wrote itself."""
    path = Path(line.split(maxsplit=1)[0].strip("'\"")) if line.split() else Path()
    if path.suffix != ".py" or not path.is_file():
        shell.notices.note("magic_skipped", magic=f"%run {line}".strip())
        return
    source = path.read_text(encoding="utf-8", errors="replace")
    exec(compile(source, str(path), "exec", dont_inherit=True), shell.user_ns)  # noqa: S102  # its own code


def _set_environment(shell: CellShell, line: str) -> None:
    """``%env NAME=value``."""
    import os  # noqa: PLC0415  # for this one magic

    name, equals, value = line.partition("=" if "=" in line else " ")
    if equals and name.strip():
        os.environ[name.strip()] = value.strip()
    else:
        shell.notices.note("magic_skipped", magic=f"%env {line}".strip())


def _print_folder(_shell: CellShell, _line: str) -> str:
    """``%pwd``: a place that says nothing about this machine."""
    return "."


def _import_pylab(shell: CellShell, _line: str) -> None:
    """``%pylab``: numpy's and pyplot's names, as it promises."""
    from IPython.core.pylabtools import import_pylab  # noqa: PLC0415  # rare

    import_pylab(shell.user_ns)


def _load_extension(shell: CellShell, line: str) -> None:
    """``%load_ext``: nothing to do for what only helps when editing."""
    if line.strip() != "autoreload":
        shell.notices.note("magic_skipped", magic=f"%load_ext {line}".strip())


def _write_file(shell: CellShell, line: str, body: str) -> None:
    """``%%writefile name``: the working folder is the hand-in's own."""
    words = line.split()
    path = Path(words[-1].strip("'\"")) if words else Path()
    if not words or path.is_absolute() or ".." in path.parts:
        shell.notices.note("magic_skipped", magic=f"%%writefile {line}".strip())
        return
    with path.open("a" if "-a" in words else "w", encoding="utf-8") as file:
        file.write(body if body.endswith("\n") else f"{body}\n")
    importlib.invalidate_caches()  # so that it can be imported at once


_LINE_ACTIONS: dict[str, Callable[[CellShell, str], Any]] = {
    "capture": _bind_capture,
    "cd": _change_folder,
    "run": _run_file,
    "env": _set_environment,
    "set_env": _set_environment,
    "pwd": _print_folder,
    "pylab": _import_pylab,
    "load_ext": _load_extension,
    "reload_ext": _load_extension,
}
