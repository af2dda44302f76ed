"""Drains the inbox and delivers the outbox; a step may run twice, none waits for LINE in a transaction."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from bot.flows.speech import Bubble
from bot.limits import Wire, over_limits
from bot.line import HANDS, Line, build
from bot.scheduling.quota import read_quota
from desk.booking.rules import decent_time
from desk.clients.queries import address_of, sealers
from desk.conversations.service import reopen_unsent
from desk.database import Connection, new_id
from desk.errors import AccountMoved, DeskError
from desk.house import House
from desk.log import logger, where
from desk.messaging import quota, rules, service
from desk.messaging.queries import StoredEvent, StoredMessage, waiting_events
from desk.messaging.rules import ClaimLost, NoAddress, Outcome, Settlement, Way
from desk.notices.service import announce_news
from desk.privacy import Sealer

LOOK_SECONDS = 1.0
_LANES = 10
_EVENTS_OF_A_LANE = 20
_ENDS: dict[str, rules.State] = {"drop": "dropped", "unknown": "unknown", "give_up": "parked"}

Speak = Callable[[Sequence[Mapping[str, Any]]], tuple[Bubble, ...]]
log = logger(__name__)


class Handle(Protocol):
    """Does what one event asks for, within the transaction that also marks it handled."""

    def __call__(
        self, db: Connection, house: House, event: service.InboundEvent, *, now: datetime
    ) -> None: ...


class OverLimit(DeskError):
    """A message breaks a limit of LINE; it is parked and not sent."""


def work_inbox(house: House, handle: Handle) -> int:
    """Handles what waits until nobody's event is due; says how many events were dealt with."""
    return Inbox(house, handle).drain(threading.Event())


def work_outbox(house: House, line: Line, speak: Speak) -> int:
    """Sends what is due until nothing is; says how many attempts were made or given up."""
    outbox = Outbox(house, line, speak)
    try:
        return outbox.drain(threading.Event())
    finally:
        outbox.close()


class Inbox:
    """One worker: takes a few clients with waiting events, and a bounded number of each one's events."""

    def __init__(self, house: House, handle: Handle) -> None:
        self._house = house
        self._handle = handle
        self._token = new_id()
        self._served: list[str] = []
        self._wake = threading.Event()

    def ring(self) -> None:
        """There is something new."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set and what is held is dealt with; a broken database is waited for."""
        while not stop.is_set():
            self._wake.clear()
            try:
                self.drain(stop)
            except Exception as fault:
                log.error("inbox interrupted", fault=where(fault))
                stop.wait(LOOK_SECONDS)
            else:
                self._wake.wait(LOOK_SECONDS)

    def drain(self, stop: threading.Event) -> int:
        """Serves clients until none is left to serve; says how many events were dealt with."""
        done = 0
        while taken := self._take(0 if stop.is_set() else _LANES):
            done += sum(self._serve(lane_id, events, stop) for lane_id, events in taken.items())
        return done

    def _take(self, count: int) -> dict[str, tuple[StoredEvent, ...]]:
        """Gives back the clients served before and takes others, with their next events."""
        with self._house.database.transaction(background=True) as db:
            now = self._house.clock.now()
            lane_ids = service.claim_lanes(db, token=self._token, served=self._served, count=count, now=now)
            taken = {
                lane_id: waiting_events(db, lane_id=lane_id, count=_EVENTS_OF_A_LANE) for lane_id in lane_ids
            }
        self._served = list(taken)
        return taken

    def _serve(self, lane_id: str, events: Sequence[StoredEvent], stop: threading.Event) -> int:
        for done, event in enumerate(events):
            if stop.is_set() or not self._settle(lane_id, event):
                return done
        return len(events)

    def _settle(self, lane_id: str, stored: StoredEvent) -> bool:
        """Handles one event, all or nothing; says whether the client's next one may follow."""
        now = self._house.clock.now()
        try:
            event = service.open_event(self._house.vault, stored)
            with self._house.database.transaction(background=True) as db:
                service.mark_handled(db, event_id=stored.id, lane_id=lane_id, token=self._token, now=now)
                self._handle(db, self._house, event, now=now)
        except (ClaimLost, AccountMoved):
            return False
        except Exception as fault:
            return self._note_failure(lane_id, stored.id, fault)
        return True

    def _note_failure(self, lane_id: str, event_id: int, fault: Exception) -> bool:
        """Counts the failure; says whether the event is parked, so that the client's next one may follow."""
        try:
            with self._house.database.transaction(background=True) as db:
                parked = service.note_failure(
                    db,
                    event_id=event_id,
                    lane_id=lane_id,
                    token=self._token,
                    fault=fault,
                    now=self._house.clock.now(),
                )
        except ClaimLost:
            return False
        log.error(
            "event failed", event_id=event_id, state="parked" if parked else "waiting", fault=where(fault)
        )
        return parked


@dataclass(frozen=True, repr=False)
class _Send:
    """A message ready to go: `to` is a reply token or a user id."""

    message: StoredMessage
    way: Way
    to: str
    wire: Wire
    sealed: bytes
    first_push_at: datetime

    @property
    def may_wait(self) -> bool:
        """Whether it may be held back: what nobody waits for, and LINE has never been given."""
        return self.way == "push" and _is_calm(self.message) and not self.message.must_arrive


class Outbox:
    """Keeps a constant number of messages on their way, without a barrier between them.

    One thread writes: each of its transactions notes what came back and takes as many more as hands are free.
    """

    def __init__(self, house: House, line: Line, speak: Speak) -> None:
        self._house = house
        self._line = line
        self._speak = speak
        self._token = new_id()
        self._hands = ThreadPoolExecutor(HANDS, "sender")
        self._in_flight = 0
        self._may_wait_in_flight = 0
        self._back: list[tuple[_Send, Outcome]] = []
        self._news: SimpleQueue[tuple[_Send, Outcome] | None] = SimpleQueue()

    def ring(self) -> None:
        """There is something new."""
        self._news.put(None)

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set and what is on its way has come back; a broken database is waited for."""
        while not stop.is_set():
            try:
                self.drain(stop)
            except Exception as fault:
                log.error("outbox interrupted", fault=where(fault))
                stop.wait(LOOK_SECONDS)
            else:
                self._collect()

    def drain(self, stop: threading.Event) -> int:
        """Sends until nothing is due and nothing on its way; says how many attempts were made or given up."""
        done = 0
        while True:
            taken = self._exchange(0 if stop.is_set() else HANDS - self._in_flight)
            done += taken
            if not taken and not self._in_flight:
                return done
            if self._in_flight:
                self._collect()

    def close(self) -> None:
        """Waits for the hands."""
        self._hands.shutdown(wait=True)

    def _collect(self) -> None:
        """Waits for a result or a ring, and takes what else has come meanwhile."""
        try:
            news = self._news.get(timeout=LOOK_SECONDS)
            while True:
                if news is not None:
                    self._in_flight -= 1
                    self._may_wait_in_flight -= news[0].may_wait
                    self._back.append(news)
                news = self._news.get_nowait()
        except Empty:
            return

    def _exchange(self, count: int) -> int:
        """One transaction: notes what came back, takes what is due, writes down what is about to be sent."""
        if any(outcome.kind == "too_many" for _, outcome in self._back):
            read_quota(self._house, self._line, refused=True)
        with self._house.database.transaction(background=True) as db:
            now = self._house.clock.now()
            self._note_back(db, now)
            taken = service.claim_messages(db, token=self._token, count=count, now=now) if count else ()
            prepared, ended = self._prepare_all(db, taken, now)
            prepared = self._leave_the_night(db, prepared, now)
            sends = self._keep_within_quota(db, prepared, now)
            service.start_attempts(
                db, [service.Attempt(send.message.id, send.way, send.sealed) for send in sends], now=now
            )
            service.settle(db, ended, token=self._token, now=now)
            moved = (*taken, *(send.message for send, _ in self._back))
            for client_id in {message.client_id for message in moved if message.purpose == "staff"}:
                reopen_unsent(db, client_id=client_id)
            if any(message.purpose in ("staff", "follow_up") for message in moved):
                announce_news(db)  # open pages show where staff's words are
        self._back.clear()
        for send in sends:
            self._in_flight += 1
            self._may_wait_in_flight += send.may_wait
            self._hands.submit(self._send, send)
        return len(taken)

    def _note_back(self, db: Connection, now: datetime) -> None:
        """Writes down what became of the messages that came back; what is too many for the month waits, if it may."""
        used_up = [send for send, outcome in self._back if outcome.kind == "too_many" and send.may_wait]
        if used_up and not self._has_left(db, now):
            self._hold_back(db, used_up, now)
        else:
            used_up = []
        back = [(send, outcome) for send, outcome in self._back if send not in used_up]
        service.settle(
            db, [_settled(send, outcome, now) for send, outcome in back], token=self._token, now=now
        )
        pushed = sum(outcome.kind == "accepted" for send, outcome in back if send.way == "push")
        quota.count_pushes(db, pushed, now=now)

    def _leave_the_night(self, db: Connection, sends: list[_Send], now: datetime) -> list[_Send]:
        """What may go now: what came late, after a pause or a retry, and can wait for the morning, waits for it."""
        morning = decent_time(now)
        late = [send for send in sends if send.way == "push" and _is_calm(send.message)]
        if morning == now or not late:
            return sends
        service.put_off(db, [send.message.id for send in late], token=self._token, until=morning)
        return [send for send in sends if send not in late]

    def _keep_within_quota(self, db: Connection, sends: list[_Send], now: datetime) -> list[_Send]:
        """What may go now: follow-ups and then news only as far as something is to spare, all else in any case."""
        waiting = [send for send in sends if send.may_wait]
        month = quota.of_month(db, now=now) if waiting else None
        if month is None:
            return sends
        purposes = [send.message.purpose for send in waiting]
        beyond = rules.beyond_spare(purposes, month, on_their_way=self._may_wait_in_flight)
        held = [waiting[place] for place in sorted(beyond)]
        self._hold_back(db, held, now)
        return [send for send in sends if send not in held]

    def _has_left(self, db: Connection, now: datetime) -> bool:
        month = quota.of_month(db, now=now)
        return month is None or month.left != 0

    def _hold_back(self, db: Connection, sends: Sequence[_Send], now: datetime) -> None:
        until, ids = decent_time(now + quota.READ_EVERY), [send.message.id for send in sends]
        service.put_off(db, ids, token=self._token, until=until, fault=rules.HELD_BACK)

    def _prepare_all(
        self, db: Connection, messages: Sequence[StoredMessage], now: datetime
    ) -> tuple[list[_Send], list[tuple[int, Settlement]]]:
        keys = sealers(db, self._house.vault, [message.client_id for message in messages]) if messages else {}
        sends, ended = [], []
        for message in messages:
            try:
                ready = self._prepare(db, message, keys.get(message.client_id), now)
            except Exception as fault:
                log.error("message not ready", outbound_id=message.id, fault=where(fault))
                ready = Settlement("parked", now, type(fault).__name__)
            if isinstance(ready, _Send):
                sends.append(ready)
            else:
                ended.append((message.id, ready))
        return sends, ended

    def _prepare(
        self, db: Connection, message: StoredMessage, key: Sealer | None, now: datetime
    ) -> _Send | Settlement:
        if key is None:
            return Settlement("dropped", now, "Erased")
        if message.address_state == "blocked":
            return _ended("blocked", message, now)
        token = service.reply_token(self._house.vault, message)
        step = rules.next_step(self._situation(message, token), now=now)
        if step not in ("reply", "push"):
            return _ended(_ENDS[step], message, now)
        if step == "reply":
            assert token is not None
            return _Send(message, "reply", token, *self._wire(message, "reply", key), now)
        address = address_of(db, self._house.vault, message.client_id)
        if address is None:
            raise NoAddress("nobody to push to")
        pushed = message.first_push_at or now
        return _Send(message, "push", address.user_id, *self._wire(message, "push", key), pushed)

    def _situation(self, message: StoredMessage, token: str | None) -> rules.Situation:
        age = (
            rules.token_age(message.received, self._house.clock.tick())
            if token and message.received
            else None
        )
        return rules.Situation(
            age, message.reply_tried, message.must_arrive, message.first_push_at, message.not_after
        )

    def _wire(self, message: StoredMessage, way: Way, key: Sealer) -> tuple[Wire, bytes]:
        """The messages as kept from the first attempt of this way; else put into words, checked and sealed."""
        place = f"outbound_message.{way}_wire:{message.key}"
        kept = message.reply_wire if way == "reply" else message.push_wire
        if kept is not None:
            return key.open_json(kept, place), kept
        says = key.open_json(message.says, f"outbound_message.says:{message.key}")
        wire = build(self._speak(says), pushed=way == "push")
        if faults := over_limits(wire):
            raise OverLimit("; ".join(faults))
        return wire, key.seal_json(wire, place)

    def _send(self, send: _Send) -> None:
        try:
            if send.way == "reply":
                outcome = self._line.reply(send.to, send.wire)
            else:
                outcome = self._line.push(send.to, send.wire, key=send.message.key)
        except Exception as fault:  # before anything went out: the SDK does not take the message
            log.error("message not sent", outbound_id=send.message.id, fault=where(fault))
            outcome = Outcome("refused", type(fault).__name__)
        self._news.put((send, outcome))


def _is_calm(message: StoredMessage) -> bool:
    """Staff's words, a follow-up or news that LINE has never been given."""
    return message.purpose in rules.MAY_WAIT and message.first_push_at is None


def _ended(state: rules.State, message: StoredMessage, now: datetime) -> Settlement:
    return Settlement(
        state, now, message.fault, reply_tried=message.reply_tried, first_push_at=message.first_push_at
    )


def _settled(send: _Send, outcome: Outcome, now: datetime) -> tuple[int, Settlement]:
    message, attempts = send.message, send.message.attempts + 1
    if send.way == "reply":
        settlement = rules.settle_reply(outcome, tried_before=message.reply_tried, attempts=attempts, now=now)
    else:
        settlement = rules.settle_push(outcome, first_push_at=send.first_push_at, attempts=attempts, now=now)
    log.info(
        "message attempted",
        outbound_id=message.id,
        way=send.way,
        outcome=outcome.kind,
        state=settlement.state,
        fault=outcome.fault,
        request_id=outcome.request_id,
    )
    if outcome.kind == "no_right":
        log.error("LINE refuses this account: check LINE_CHANNEL_ACCESS_TOKEN", fault=outcome.fault)
    return message.id, settlement
