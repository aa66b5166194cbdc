"""The single home of turning msgspec's complaint about a document into a place, a finding and a next step."""

from __future__ import annotations

import re
from typing import Any, get_origin

import msgspec

from grader.course.nearest import enumerated, suggestion
from grader.errors import CourseError

_EXAMPLES = {
    "accepts": 'accepts = ["notebook", "module"]',
    "aliases": 'aliases = { squared_loss = ["square_loss"] }',
    "en": 'en = "The squared loss"',
    "exercise": "a table under the heading [[exercise]]",
    "files": 'files = ["data/tiny.csv"]',
    "id": 'id = "squared_loss"',
    "kind": 'kind = "function"',
    "language": 'language = "en"',
    "limits": "a table under the heading [limits]",
    "names": 'names = ["weight_shape", "bias_shape"]',
    "parameters": 'parameters = ["y_hat", "y"]',
    "points": "points = 3",
    "schema": 'schema = "grader/assignment/v1"',
    "title": 'title = { en = "The squared loss", zh = "平方损失" }',
    "version": 'version = "1"',
    "zh": 'zh = "平方损失"',
}

_SHOWN_LENGTH = 60
_PATH = re.compile(r"^(?P<complaint>.*?)(?: - at `(?:key in )?(?P<path>\$.*)`)?$", re.DOTALL)
_STEP = re.compile(r'\."(?P<quoted>[^"]*)"|\.(?P<key>[^.\["]+)|\[(?P<index>\d+)\]')


def fault_of(error: msgspec.ValidationError, *, document: Any, root: Any, place: str) -> CourseError:
    """The error to raise where ``document`` does not fit the type ``root``.

    The finding names the key's path, what was expected and what is there, for instance
    ``$.exercise[2].points: expected `float`, got `str` ("three")``.
    """
    match = _PATH.match(str(error))
    assert match is not None  # the pattern accepts every text
    complaint, path = match["complaint"], _named(match["path"] or "$", document, root)
    if missing := re.fullmatch(r"Object missing required field `(.+)`", complaint):
        return _missing(missing[1], path=path, place=place)
    if unknown := re.fullmatch(r"Object contains unknown field `(.+)`", complaint):
        return _unknown(unknown[1], path=path, root=root, place=place)
    found = _shown(_value_at(document, path))
    if re.match(r"Invalid enum value", complaint):
        allowed = _choices(_type_at(root, path))
        written = str(_value_at(document, path))
        finding = f"{path}: expected {' or '.join(f'`{word}`' for word in allowed)}, got {found}"
        return CourseError(finding, place=place, hint=suggestion(written, allowed))
    finding = f"{path}: {complaint[:1].lower()}{complaint[1:]} ({found})"
    return CourseError(finding, place=place, hint=_example(path))


def _missing(key: str, *, path: str, place: str) -> CourseError:
    path = f"{path}.{key}"
    return CourseError(f"{path}: expected a value, found nothing", place=place, hint=_example(path))


def _unknown(key: str, *, path: str, root: Any, place: str) -> CourseError:
    known = [field.encode_name for field in msgspec.structs.fields(_type_at(root, path))]
    finding = f"{path}.{key}: unknown key, expected one of {enumerated(sorted(known))}"
    guess = suggestion(key, known)
    return CourseError(finding, place=place, hint=guess if guess.startswith("did you mean") else "remove it")


def _example(path: str) -> str:
    """What a right line looks like."""
    keys = [step for step in _steps(path) if isinstance(step, str)]
    if "limits" in keys[:-1]:
        return f"write {keys[-1]} = 60"
    return next((f"write {_EXAMPLES[key]}" for key in reversed(keys) if key in _EXAMPLES), "")


def _named(path: str, document: Any, root: Any) -> str:
    """The path with msgspec's ``[...]`` (any key of a mapping) replaced by the key whose value is at fault."""
    head, any_key, rest = path.partition("[...]")
    if not any_key:
        return path
    value_type = _type_at(root, head).__args__[1]
    faulty = next(key for key, value in _value_at(document, head).items() if not _fits(value, value_type))
    return f"{head}.{_quoted(faulty)}{rest}"


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _steps(path: str) -> list[str | int]:
    """The keys and indices of a path, outermost first."""
    return [
        int(step["index"]) if step["index"] else step["key"] or step["quoted"] or "" for step in _STEP.finditer(path)
    ]


def _quoted(key: str) -> str:
    """A key as a step of a path, in quotes where it is not a bare one."""
    return key if re.fullmatch(r"[\w-]+", key) else f'"{key}"'


def _value_at(document: Any, path: str) -> Any:
    value = document
    for step in _steps(path):
        value = value[step]
    return value


def _type_at(root: Any, path: str) -> Any:
    """The declared type at ``path``, through structs, mappings and tuples."""
    kind = root
    for step in _steps(path):
        if get_origin(kind) is dict:
            kind = kind.__args__[1]
        elif isinstance(step, int):
            kind = kind.__args__[0]
        else:
            kind = next(field.type for field in msgspec.structs.fields(kind) if field.encode_name == step)
    return kind


def _choices(kind: Any) -> list[str]:
    """The words that an enumeration or a ``Literal`` allows."""
    members = getattr(kind, "__args__", None) or [member.value for member in kind]
    return [str(member) for member in members]


def _shown(value: Any) -> str:
    """A value in double quotes where it is text, and never longer than a line."""
    shown = f'"{value}"' if isinstance(value, str) else repr(value)
    return shown if len(shown) <= _SHOWN_LENGTH else f"{shown[: _SHOWN_LENGTH - 1]}…"
