"""Decides how a message is carried and what an outcome means; pure, so every case can be read and tested.

Figures: a reply token is good for a minute after receipt (reference: line 1.2), of which we use 50 seconds; a
retry key is remembered by LINE for 24 hours, after which the same key would send again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from desk.clock import Tick
from desk.errors import DeskError

Way = Literal["reply", "push"]
Step = Literal["reply", "push", "drop", "unknown", "give_up"]
State = Literal["queued", "accepted", "blocked", "unknown", "dropped", "parked"]

REPLY_SECONDS = 50.0
# Ten minutes before LINE forgets the key: time for the last try and for clocks that differ.
PUSH_FOR = timedelta(hours=24) - timedelta(minutes=10)
#: So long an answer waits for staff who are talking with the person; with the ten seconds in which words can be taken
#: back, theirs still find the token good.
DEFER = timedelta(seconds=30)
LEASE = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)
NO_RIGHT_REST = timedelta(minutes=1)
# Fewer pushes than this to spare: staff hear of it while something can still be done.
SHORT_BELOW = 20
# The fault of a message that waits because what is left of the month is kept for reminders.
HELD_BACK = "HeldBack"
#: What may be held back, and never goes at night; all else goes in any case. Staff's own words go first, news last.
MAY_WAIT = frozenset({"staff", "follow_up", "news"})
# An event may fail three times; with the fourth failure it is parked and the client's later events go on.
EVENT_RESTS = (timedelta(seconds=1), timedelta(seconds=4), timedelta(seconds=16))

_PLAIN_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class ClaimLost(DeskError):
    """Somebody else took over the client or the event, because the claim ran out; nothing is to be done."""


class NoAddress(DeskError):
    """The client has no LINE address to push to."""


@dataclass(frozen=True)
class Outcome:
    """What is known after a call of LINE.

    accepted: LINE has it. refused: it will not take this. not_now: certainly not taken, may be tried again.
    too_many: not taken because of a limit, of the rate or of the month. no_right: token or plan is wrong, for every
    message alike. unknown: it may have been taken or not.
    """

    kind: Literal["accepted", "refused", "not_now", "too_many", "no_right", "unknown"]
    fault: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class Quota:
    """The pushes of a month: `allowed` (None: any number), `used`, and `kept_back` for what is still due.

    `follow_ups`: so many wait or are due this month, and go before news. `ours`: what we have counted ourselves, beside
    LINE's own figure. `written`: so many wait that staff wrote by themselves, and go before follow-ups.
    """

    allowed: int | None
    used: int
    kept_back: int = 0
    follow_ups: int = 0
    ours: int = 0
    written: int = 0

    @property
    def left(self) -> int | None:
        """How many LINE still takes; None: any number."""
        return None if self.allowed is None else max(0, self.allowed - self.used)

    @property
    def spare(self) -> int | None:
        """How many may go to staff's words, once all that is still due has its own; None: any number."""
        return None if self.left is None else max(0, self.left - self.kept_back)

    @property
    def spare_for_follow_ups(self) -> int | None:
        """How many may go to follow-ups, once staff's words have theirs as well; None: any number."""
        return None if self.spare is None else max(0, self.spare - self.written)

    @property
    def spare_for_news(self) -> int | None:
        """How many may go to news, once follow-ups have theirs as well; None: any number."""
        rest = self.spare_for_follow_ups
        return None if rest is None else max(0, rest - self.follow_ups)

    @property
    def is_short(self) -> bool:
        """Whether staff should know: hardly anything to spare."""
        return self.spare is not None and self.spare < SHORT_BELOW


@dataclass(frozen=True)
class Situation:
    """What the choice of the next step depends on. `token_age` in seconds; None: there is no usable token."""

    token_age: float | None
    reply_tried: bool
    must_arrive: bool
    first_push_at: datetime | None
    not_after: datetime | None


@dataclass(frozen=True)
class Settlement:
    """What is written down about a message after a step."""

    state: State
    due_at: datetime
    fault: str = ""
    request_id: str = ""
    reply_tried: bool = False
    first_push_at: datetime | None = None


def beyond_spare(purposes: Sequence[str], month: Quota, *, on_their_way: int) -> frozenset[int]:
    """The places of those among messages about to be pushed that wait, since others need what is left of the month.

    `on_their_way`: so many of those that may wait are with LINE just now, and not counted yet.
    """
    limits = {"staff": month.spare, "follow_up": month.spare_for_follow_ups, "news": month.spare_for_news}
    waits: set[int] = set()
    for purpose, limit in limits.items():
        places = [place for place, each in enumerate(purposes) if each == purpose]
        if limit is not None:
            waits.update(places[max(0, limit - on_their_way) :])
    return frozenset(waits)


def token_age(received: Tick, now: Tick) -> float | None:
    """Seconds since the token came in; None after a restart of the machine, when nobody can tell."""
    return now.seconds - received.seconds if received.boot == now.boot else None


def next_step(it: Situation, *, now: datetime) -> Step:
    """The one thing to do with a message that is due."""
    if it.not_after is not None and now > it.not_after:
        return "unknown" if it.reply_tried or it.first_push_at else "drop"
    if it.first_push_at is not None:
        return "push" if now - it.first_push_at < PUSH_FOR else "give_up"
    if it.token_age is not None and it.token_age < REPLY_SECONDS:
        return "reply"
    if it.reply_tried and not it.must_arrive:
        return "unknown"
    return "push"


def settle_reply(outcome: Outcome, *, tried_before: bool, attempts: int, now: datetime) -> Settlement:
    """What follows a reply; `tried_before`: an earlier reply of this message had an unknown outcome.

    A token is used up by the reply that took it. So a refusal after an unknown outcome says that the earlier
    one arrived; a refusal at first says that the token is no good, and the message goes by push.
    """
    if outcome.kind == "accepted" or (outcome.kind == "refused" and tried_before):
        return Settlement("accepted", now, outcome.fault, outcome.request_id)
    if outcome.kind == "refused":
        return Settlement("queued", now, outcome.fault, outcome.request_id, first_push_at=now)
    tried = tried_before or outcome.kind == "unknown"
    return Settlement(
        "queued", now + rest(outcome, attempts), outcome.fault, outcome.request_id, reply_tried=tried
    )


def settle_push(outcome: Outcome, *, first_push_at: datetime, attempts: int, now: datetime) -> Settlement:
    """What follows a push: accepted, refused for good and shown, or tried again later with the same key."""
    if outcome.kind == "accepted":
        return Settlement("accepted", now, outcome.fault, outcome.request_id, first_push_at=first_push_at)
    if outcome.kind == "refused":
        return Settlement("parked", now, outcome.fault, outcome.request_id, first_push_at=first_push_at)
    due_at = now + rest(outcome, attempts)
    return Settlement("queued", due_at, outcome.fault, outcome.request_id, first_push_at=first_push_at)


def rest(outcome: Outcome, attempts: int) -> timedelta:
    """How long a message waits after its n-th attempt: 1, 2, 4 … seconds; a wrong token takes longer."""
    grown = min(timedelta(seconds=2 ** min(attempts - 1, 10)), LONGEST_REST)
    return max(grown, NO_RIGHT_REST) if outcome.kind == "no_right" else grown


def event_rest(failures: int) -> timedelta | None:
    """How long a client rests after an event failed for the n-th time; None: the event is parked."""
    return EVENT_RESTS[failures - 1] if failures <= len(EVENT_RESTS) else None


def is_plain_id(value: object) -> bool:
    """Whether an id that came from outside can be stored and logged as it stands."""
    return isinstance(value, str) and _PLAIN_ID.fullmatch(value) is not None
