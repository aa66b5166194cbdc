"""The single home of the frames: every message between judge and student process, as strict msgspec structs."""

from __future__ import annotations

from typing import Any

import msgspec

from grader.wire.evidence import LoadReport, RemoteError

# -- values -----------------------------------------------------------------------------------------------------------
# None, bool, int (64 bits), float and str travel as themselves; everything else as one of these.


class BytesValue(msgspec.Struct, frozen=True, tag="bytes"):
    """A bytes object."""

    data: bytes


class BigInt(msgspec.Struct, frozen=True, tag="int"):
    """An integer beyond 64 bits, in hexadecimal."""

    digits: str


class Complex(msgspec.Struct, frozen=True, tag="complex"):
    """A complex number."""

    real: float
    imag: float


class ListValue(msgspec.Struct, frozen=True, tag="list"):
    """A list."""

    items: list[Value]


class TupleValue(msgspec.Struct, frozen=True, tag="tuple"):
    """A tuple."""

    items: list[Value]


class SetValue(msgspec.Struct, frozen=True, tag="set"):
    """A set or a frozenset."""

    items: list[Value]
    frozen: bool


class DictValue(msgspec.Struct, frozen=True, tag="dict"):
    """A mapping, as pairs in order."""

    items: list[tuple[Value, Value]]


class SizeValue(msgspec.Struct, frozen=True, tag="size"):
    """A ``torch.Size``."""

    items: list[int]


class DtypeValue(msgspec.Struct, frozen=True, tag="dtype"):
    """A dtype; ``library`` is ``torch`` or ``numpy``."""

    library: str
    name: str


class DeviceValue(msgspec.Struct, frozen=True, tag="device"):
    """A ``torch.device``."""

    name: str


class SliceValue(msgspec.Struct, frozen=True, tag="slice"):
    """A slice."""

    start: Value
    stop: Value
    step: Value


class EllipsisValue(msgspec.Struct, frozen=True, tag="ellipsis"):
    """The object ``...``."""


class ArrayValue(msgspec.Struct, frozen=True, tag="array"):
    """A numpy array or scalar (``scalar``): header plus raw bytes in C order, little-endian.

    ``id`` names an array for the rest of the case on both sides; a scalar has none (0).
    """

    dtype: str
    shape: list[int]
    data: bytes
    scalar: bool = False
    id: int = 0
    writable: bool = True


class TensorValue(msgspec.Struct, frozen=True, tag="tensor"):
    """A torch tensor: header plus raw bytes in C order. ``id`` names it for the rest of the case on both sides.

    ``sources`` are the shared tensors that a tensor with a graph was computed from.
    """

    id: int
    dtype: str
    shape: list[int]
    data: bytes
    requires_grad: bool = False
    leaf: bool = True
    parameter: bool = False
    grad: bytes | None = None
    sources: list[int] = []


class KnownTensor(msgspec.Struct, frozen=True, tag="known"):
    """A tensor or array that has crossed already in this case and is still the same object.

    Numbers of shared tensors are positive where the sender of the frame made them, negative where its receiver did.
    """

    id: int


class Handle(msgspec.Struct, frozen=True, tag="handle"):
    """Something that stays on the sender's side. ``parameters`` are a callable's parameter names, if known."""

    id: int
    type_name: str
    name: str = ""
    callable: bool = False
    iterator: bool = False
    parameters: list[str] | None = None


class OwnHandle(msgspec.Struct, frozen=True, tag="own"):
    """The receiver's own object, handed back."""

    id: int


Value = (
    None | bool | int | float | str | BytesValue | BigInt | Complex | ListValue | TupleValue | SetValue | DictValue
    | SizeValue | DtypeValue | DeviceValue | SliceValue | EllipsisValue | ArrayValue | TensorValue | KnownTensor
    | Handle | OwnHandle
)  # fmt: skip


class TensorUpdate(msgspec.Struct, frozen=True):
    """New contents of a shared tensor (or array) or of its gradient, since both sides last agreed.

    Without ``data`` the contents are unchanged; without ``grad`` and ``grad_cleared`` the gradient is.
    """

    id: int
    dtype: str
    shape: list[int]
    data: bytes | None = None
    grad: bytes | None = None
    grad_cleared: bool = False
    requires_grad: bool = True
    graph: TensorValue | None = None
    """The same tensor anew, where it was changed in place by an operation that autograd follows."""


# -- requests, either way ---------------------------------------------------------------------------------------------


class Get(msgspec.Struct, frozen=True, tag="get"):
    """Ask for an attribute of ``target``; of the hand-in's namespace where it is None."""

    id: int
    name: str
    target: int | None = None
    updates: list[TensorUpdate] = []
    released: list[int] = []
    grad_enabled: bool = True


class Call(msgspec.Struct, frozen=True, tag="call"):
    """Call ``target``; ``method`` is the name of a special method where the target itself is not what is called."""

    id: int
    target: int
    arguments: list[Value]
    keywords: dict[str, Value] = {}
    method: str = ""
    updates: list[TensorUpdate] = []
    released: list[int] = []
    grad_enabled: bool = True


class Next(msgspec.Struct, frozen=True, tag="next"):
    """Ask an iterator for its next item."""

    id: int
    target: int
    updates: list[TensorUpdate] = []
    released: list[int] = []
    grad_enabled: bool = True


class Backward(msgspec.Struct, frozen=True, tag="backward"):
    """Continue a backward pass through the outputs of an earlier reply, given the gradients that arrived there."""

    id: int
    outputs: list[int]
    gradients: list[bytes | None]
    updates: list[TensorUpdate] = []
    released: list[int] = []


class BeginCase(msgspec.Struct, frozen=True, tag="begin"):
    """Forget all that is shared, seed every generator."""

    id: int
    seed: int


class CellSource(msgspec.Struct, frozen=True, kw_only=True):
    """One code cell to run."""

    index: int
    source: str


class Load(msgspec.Struct, frozen=True, kw_only=True, tag="load"):
    """Run a hand-in. ``names`` are those that the assignment asks for; ``skip`` the statements not to run again."""

    id: int
    format: str
    """``notebook`` or ``module``."""
    name: str
    """The assignment's id, which is the module's ``__name__``."""
    cells: list[CellSource]
    names: list[str]
    load_seconds: float
    output_bytes: int
    seed: int = 0
    skip: list[tuple[int, int]] = []


# -- answers ----------------------------------------------------------------------------------------------------------


class Reply(msgspec.Struct, frozen=True, tag="reply"):
    """The answer to request ``id``."""

    id: int
    value: Value
    updates: list[TensorUpdate] = []
    released: list[int] = []
    printed: str = ""


class Raised(msgspec.Struct, frozen=True, tag="raised"):
    """Request ``id`` ended in an exception (``stop`` for the end of an iteration).

    ``number`` names the exception object on the sender's side; ``echo`` is the receiver's own number where the
    exception came from its side and passed through.
    """

    id: int
    error: RemoteError
    stop: bool = False
    number: int = 0
    echo: int = 0
    updates: list[TensorUpdate] = []
    released: list[int] = []


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """The attribute that request ``id`` asked for does not exist."""

    id: int


class AtStatement(msgspec.Struct, frozen=True, tag="at"):
    """Sent while loading, before each statement: where a process was when it died."""

    cell: int
    statement: int


class Loaded(msgspec.Struct, frozen=True, tag="loaded"):
    """The answer to `Load`."""

    id: int
    report: LoadReport


Request = Get | Call | Next | Backward | BeginCase | Load
Answer = Reply | Raised | Absent | Loaded

JUDGE_RECEIVES = Get | Call | Next | Backward | Answer | AtStatement
"""What a student process may send to the judge."""

STUDENT_RECEIVES = Request | Reply | Raised | Absent
"""What the judge may send to a student process."""


def decoder_for(frame_type: Any) -> msgspec.msgpack.Decoder[Any]:
    """A strict decoder: a frame that does not fit ``frame_type`` raises `msgspec.ValidationError`."""
    return msgspec.msgpack.Decoder(frame_type)
