"""One person's turn in the chat: where they stand, what is decided, and what is to be said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from desk.conversations import queries as conversations
from desk.conversations import service as conversation_service
from desk.database import Connection
from desk.house import House
from desk.messaging import deferred
from desk.messaging import service as messaging
from desk.messaging.rules import DEFER

# Deeper than this nobody finds back; the oldest is let go.
_DEPTH = 5
#: After these the outcome of a reply may not stay unknown: they are pushed.
_MUST_ARRIVE = frozenset(
    {"booked", "moved", "cancelled", "safety", "safety_short", "danger_yes", "record_erased"}
)


@dataclass
class Frame:
    """A conversation somebody is in: a flow with its answers, or an offer whose numbers may be typed."""

    kind: str
    name: str
    answers: dict[str, Any] = field(default_factory=dict)
    asked: str = ""
    #: The facts the open question was asked with: a number means what stood there, whatever was taken since.
    shown: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid4().hex[:8])

    @property
    def is_flow(self) -> bool:
        """Whether questions are asked here (an offer only waits for a press)."""
        return self.kind == "flow"


@dataclass
class Talk:
    """What a handler works with; `finish` stores and queues all of it in the event's own transaction."""

    db: Connection
    house: House
    client_id: str
    event_id: int | None
    now: datetime
    stack: list[Frame] = field(default_factory=list)
    says: list[dict[str, Any]] = field(default_factory=list)
    #: Short sentences for in front of the next question or offer.
    before: list[str] = field(default_factory=list)
    #: LINE's id of the message that is being handled, so that unsending finds what was kept of it.
    origin: str | None = None
    #: Staff are talking with the person and may be quicker: what is said waits a moment for their words.
    waits_for_staff: bool = False

    @classmethod
    def with_person(
        cls, db: Connection, house: House, client_id: str, event_id: int | None, now: datetime
    ) -> "Talk":
        """Opens the talk where the person left it."""
        progress = conversations.progress_of(db, house.vault, client_id)
        if progress.get("deferred"):
            deferred.release(db, client_id=client_id, now=now)
        frames = [Frame(**frame) for frame in progress.get("stack", [])]
        return cls(db, house, client_id, event_id, now, frames)

    @property
    def top(self) -> Frame | None:
        """What is open now."""
        return self.stack[-1] if self.stack else None

    @property
    def flow(self) -> Frame | None:
        """The flow somebody is in, below any offer."""
        return next((frame for frame in reversed(self.stack) if frame.is_flow), None)

    def drop_offers(self) -> None:
        """Lets go of offers on top: the next thing said takes their place."""
        while self.stack and not self.stack[-1].is_flow:
            self.stack.pop()

    def push(self, frame: Frame) -> None:
        """Opens something on top of what is open."""
        self.drop_offers()
        self.stack = [*self.stack, frame][-_DEPTH:]

    def say(self, kind: str, /, **facts: Any) -> None:
        """Queues a sentence that asks nothing."""
        self._say(kind, facts)

    def offer(self, name: str, /, *, ref: str = "", **facts: Any) -> None:
        """Queues an offer; its numbers and words can be typed while it is the last thing said."""
        known = {**facts, "ref": ref}
        self.push(Frame("offer", name, answers=known))
        self._say(name, known)

    def _say(self, kind: str, facts: Mapping[str, Any]) -> None:
        before, self.before = self.before, []
        self.says.append({"kind": kind, "facts": {**facts, **({"before": before} if before else {})}})

    def finish(self) -> None:
        """Stores where the person stands and queues what is said, as one reply."""
        # Only the one sentence: a question that came with it would come late.
        is_deferred = self.waits_for_staff and len(self.says) == 1 and not self.before
        progress = {"stack": [vars(frame) for frame in self.stack], "deferred": is_deferred}
        conversation_service.keep_progress(
            self.db, self.house.vault, client_id=self.client_id, progress=progress, now=self.now
        )
        if self.before:
            self.says.append({"kind": "before", "facts": {"before": self.before}})
        if self.says:
            messaging.say(
                self.db,
                self.house.vault,
                client_id=self.client_id,
                says=self.says,
                must_arrive=any(said["kind"] in _MUST_ARRIVE for said in self.says),
                event_id=self.event_id,
                due_at=self.now + DEFER if is_deferred else None,
                now=self.now,
            )
