"""The single home of what can go wrong between the two sides, sorted by who must act.

::

    WireFault
    ├── ChannelClosed       the far side is gone
    ├── ChannelTimeout      the far side did not answer in time
    ├── ProtocolBroken      the far side sent what it must not send
    └── RemoteAbsent        the far side has no such name (an ordinary answer: the channel stays usable)
    RemoteRaised            the far side's code raised (an ordinary answer, too)
    FrameTooLarge           this side wanted to send more than a frame may hold; nothing was sent
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.wire.evidence import RemoteError


class WireFault(Exception):  # noqa: N818 - a fault of the border, not an error of this program
    """The base of what the border itself reports."""


class ChannelClosed(WireFault):
    """The far side is gone."""


class ChannelTimeout(WireFault):
    """The far side did not answer, or did not read, within the limit."""


class ProtocolBroken(WireFault):
    """A frame does not fit its type, is too large, or answers what nobody asked."""


class RemoteAbsent(WireFault, AttributeError):  # noqa: N818 - part of a stable contract
    """The namespace or object on the far side has no attribute ``name``."""

    def __init__(self, name: str, *, owner: str = "the hand-in") -> None:
        """Say whose attribute was asked for."""
        super().__init__(f"{owner} has no attribute {name!r}")
        self.name = name


class RemoteRaised(Exception):  # noqa: N818 - part of a stable contract
    """Code on the far side raised; `error` says what.

    What is really raised is a subclass that also derives from the far exception's built-in base (see
    `grader.wire.raising`), so that ``pytest.raises(ValueError)`` works across the border.
    """

    __module__ = "builtins"  # a terminal shows "RemoteRaised: …", without where it is defined

    def __init__(self, error: RemoteError, *, number: int = 0) -> None:
        """Keep the far side's own number of the exception, so that it can be recognised when it goes back."""
        Exception.__init__(self, error.message)
        self.error = error
        self.number = number

    def __str__(self) -> str:
        """The far exception's message, whatever the built-in base would make of it."""
        return self.error.message


class FrameTooLarge(ValueError):  # noqa: N818 - part of a stable contract
    """What was to be handed over does not fit into one frame."""

    def __init__(self, needed_bytes: int, max_frame_bytes: int) -> None:
        """Carry both numbers."""
        super().__init__(f"the value takes {needed_bytes} bytes; at most {max_frame_bytes} can be handed over")
        self.needed_bytes = needed_bytes
        self.max_frame_bytes = max_frame_bytes
