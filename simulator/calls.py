"""What the bot asked of the Messaging API: every call, and the faults that were ordered for some."""

from dataclasses import asdict, dataclass, field
from typing import Literal

from simulator.chats import How
from simulator.wire import Json

FaultKind = Literal["status", "delay", "hold", "hang", "drop", "half"]
FAULT_KINDS: tuple[FaultKind, ...] = ("status", "delay", "hold", "hang", "drop", "half")


@dataclass
class Call:
    """One call of the bot. `status` is the platform's own outcome, None while it has not been dealt with."""

    number: int
    at_ms: int
    method: str
    path: str
    request_id: str
    retry_key: str | None = None
    status: int | None = None
    fault: FaultKind | None = None
    how: How | None = None
    recipients: list[str] = field(default_factory=list)
    delivered_to: list[str] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    notification_disabled: bool = False
    body: Json | None = None

    @property
    def accepted(self) -> bool:
        """Whether the platform took the call and did what it asks."""
        return self.status is not None and 200 <= self.status < 300

    def as_json(self) -> Json:
        """The call as the control interface tells it."""
        return {**asdict(self), "accepted": self.accepted}


@dataclass
class Fault:
    """What happens to the next `times` calls whose path contains `path`.

    status: answer `status` · delay: answer `milliseconds` later · hold: wait for the release, then go on ·
    hang: never answer · drop: close the connection · half: close it in the middle of the answer.
    `accepted` says whether the platform does what the call asks although the bot does not learn of it.
    """

    kind: FaultKind
    times: int = 1
    path: str = ""
    status: int = 500
    milliseconds: int = 0
    accepted: bool = False


class Faults:
    """The faults still to come. `release` lets go whatever is held or hangs at that moment."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.releases = 0

    def order(self, fault: Fault) -> None:
        """Add a fault behind those already ordered."""
        self.waiting.append(fault)

    def take(self, path: str) -> Fault | None:
        """The fault for a call of this path, if one is due."""
        for fault in self.waiting:
            if fault.path in path:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def release(self) -> None:
        """Let held calls go on and end hanging ones; later faults are not touched."""
        self.releases += 1

    def clear(self) -> None:
        """Forget the faults still to come and release what is held."""
        self.waiting.clear()
        self.release()
