"""Many at once: one person with very much to say, and two hundred who want the same four places."""

from collections.abc import Iterator
from datetime import date, time
from statistics import median

from bench.databases import KINDS
from bench.desk import USUAL, Desk, open_for_work, prepared_desk, running_desk
from bench.events import Sender
from bench.figures import ROUNDS, Failed, Figure
from bench.tools import Tools
from bot.webhook import read_events
from desk.calendar.rules import Hours, Rule
from desk.calendar.service import NewDesk, add_desk, add_organisation, make_sessions
from desk.clock import Clock, local_date
from desk.messaging.service import inbox_row, keep_events

_WAITING, _SERVED_MS = 5000, 1000
_RUSH, _PLACES, _ANSWERED_MS = 200, 4, 300
_FRIDAY = 4


def measure(tools: Tools) -> Iterator[Figure]:
    """Both on each database."""
    for kind in KINDS:
        with running_desk(tools.databases, kind, tools.line) as desk:
            yield _hot(tools, desk, kind)
    for kind in KINDS:
        with prepared_desk(tools.databases, kind, tools.line) as desk:
            _open_four_places(desk)
            with open_for_work(desk, *USUAL[kind]):
                yield _rush(tools, desk, kind)


def _hot(tools: Tools, desk: Desk, kind: str) -> Figure:
    others = range(1, 1 + ROUNDS)
    tools.line.say(desk.port, range(1 + ROUNDS), "ヘルプ")
    _let_wait(desk, person=0)
    late = [tools.line.say(desk.port, [other], "ヘルプ").late.most for other in others]
    if (left := desk.number("SELECT count(*) FROM inbound_event WHERE state = 'waiting'")) < _WAITING / 2:
        raise Failed(f"only {left} events still waited: nobody had to wait for them")
    return Figure(
        f"one person with {_WAITING:,} waiting events: another's answer, {kind}",
        f"{median(late):,.0f} ms",
        "",
        f"≤ {_SERVED_MS:,} ms",
        median(late) <= _SERVED_MS,
    )


def _let_wait(desk: Desk, *, person: int) -> None:
    """So many events of one person, kept in one transaction as the webhook keeps them."""
    sender, clock = Sender(), Clock()
    bodies = [sender.webhook(person, "ヘルプ")[1].partition(b"\r\n\r\n")[2] for _ in range(_WAITING)]
    rows = [inbox_row(desk.vault, event) for body in bodies for event in read_events(body, clock)]
    with desk.database.transaction() as db:
        keep_events(db, rows)


def _rush(tools: Tools, desk: Desk, kind: str) -> Figure:
    """Everybody is offered the same time first, and answers 1; the next crowd is offered the next time."""
    seconds = []
    for number in range(1, 1 + ROUNDS):
        people = range(number * _RUSH, (1 + number) * _RUSH)
        tools.line.say(desk.port, people, "予約")
        seconds.append(tools.line.say(desk.port, people, "1").seconds)
        winners = desk.number("SELECT count(*) FROM booking WHERE state = 'held'")
        if winners != number * _PLACES:
            raise Failed(f"{winners} people have one of {number * _PLACES} places")
    late = 1000 * median(seconds)
    return Figure(
        f"{_RUSH} people at once for {_PLACES} places: {_PLACES} winners, all answered, {kind}",
        f"{late:,.0f} ms",
        "",
        f"≤ {_ANSWERED_MS} ms",
        late <= _ANSWERED_MS,
    )


def _open_four_places(desk: Desk) -> None:
    """One desk, open every month, with four tables at each hour."""
    hours = Hours(time(10), time(12), (time(10), time(11)), tables=_PLACES)
    rule = Rule(_FRIDAY, 2, frozenset(range(1, 13)), hours)
    now = Clock().now()
    new = NewDesk(
        code="suwa", name="諏訪", place="市民館", opened_on=date(2018, 9, 1), reading_hours=((1, time(10)),)
    )
    with desk.database.transaction() as db:
        organisation = add_organisation(db, name="とまりぎの会", now=now)
        add_desk(db, organisation_id=organisation, new=new, rules_given=[rule])
        make_sessions(db, today=local_date(now))
