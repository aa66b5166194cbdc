"""The single home of how a zygote starts: ``python -m grader.worker DESCRIPTOR``, a socket to the trusted process."""

from __future__ import annotations

import sys

from grader.worker import guardian


def main() -> None:
    """Leave the guardian behind, then become the zygote."""
    descriptor = int(sys.argv[1])
    guardian.guard(descriptor_of_the_zygote=descriptor)
    from grader.worker.zygote import run  # noqa: PLC0415 - the guardian must be forked before torch is loaded

    run(descriptor)


if __name__ == "__main__":
    main()
