"""What can go wrong with a call of LINE."""

from collections.abc import Callable

from simulator.calls import FaultKind
from tests.crash.desk import RunningDesk, wait_for

Fault = tuple[FaultKind, int, bool]
# What LINE does with a call: kind, status, and whether it took the message all the same.
NOT_TAKEN: tuple[Fault, ...] = (("status", 500, False), ("status", 429, False), ("status", 408, False))
TAKEN: tuple[Fault, ...] = (
    ("half", 200, True),
    ("drop", 200, True),
    ("hang", 200, True),
    ("status", 500, True),
)


def spoil(desk: RunningDesk, path: str, fault: Fault) -> None:
    """The next call of this path goes wrong."""
    kind, status, accepted = fault
    desk.line.fail_next(kind, path=path, status=status, accepted=accepted)


def next_call(desk: RunningDesk, path: str, act: Callable[[], object]) -> None:
    """Does something that makes the desk call LINE, waits for the call and until its outcome is noted.

    A call that hangs is cut off.
    """
    before = len(desk.line.calls(path=path))
    act()
    wait_for("a call", lambda: len(desk.line.calls(path=path)) > before)
    desk.line.release()
    under_way = "SELECT count(*) FROM outbound_message WHERE claimed_by IS NOT NULL"
    wait_for("its outcome", lambda: desk.number(under_way) == 0)
