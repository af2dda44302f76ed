"""When a hold runs out, when a reminder is due, and at what hours one may disturb somebody. Pure."""

from datetime import date, datetime, time, timedelta

from desk.calendar.rules import TOKYO, at_wall

HOLD = timedelta(minutes=10)

# What may be written down after a visit, and from which states on; an outcome may be corrected.
OUTCOMES = frozenset({"attended", "no_show", "moved", "excused"})
BEFORE_OUTCOME = frozenset({"confirmed", "lapsed"}) | OUTCOMES

QUIET_FROM = time(21)
QUIET_UNTIL = time(8)

_NOON = time(12)
_EVENING = time(18)
# Whoever wishes a call finds no message: staff see it on the morning of the day before.
_CALL_FROM = time(8)
CALL_AGAIN_AFTER = timedelta(hours=3)
_AFTER_MISSED = time(17)
# An outcome entered from paper weeks later sends nobody a word about it.
_MISSED_WITHIN = timedelta(days=7)
_KINDS_OF_CHOICE = {
    "both": ("three_days", "day_before"),
    "day_before": ("day_before",),
    "none": (),
    "telephone": ("day_before",),
}
_BY_MESSAGE = frozenset({"both", "day_before"})
_SMALLEST_NUMBER_DIGITS = 4
_DRAWS_PER_LENGTH = 5


def local_day(moment: datetime) -> date:
    """The day in Japan at that instant."""
    return moment.astimezone(TOKYO).date()


def decent_time(moment: datetime) -> datetime:
    """The first instant from `moment` on at which something may be pushed: not between 21:00 and 08:00."""
    wall = moment.astimezone(TOKYO)
    if QUIET_UNTIL <= wall.time() < QUIET_FROM:
        return moment
    morning = wall.date() + timedelta(days=1) if wall.time() >= QUIET_FROM else wall.date()
    return at_wall(morning, QUIET_UNTIL)


def after_decent_hours(moment: datetime, hours: int) -> datetime:
    """The instant until which somebody had so many hours to answer: the clock stops from 21:00 to 08:00."""
    left = timedelta(hours=hours)
    since = decent_time(moment)
    while since + left > (evening := at_wall(local_day(since), QUIET_FROM)):
        left -= evening - since
        since = decent_time(evening)
    return since + left


def reminder_times(starts_at: datetime, choice: str) -> dict[str, datetime]:
    """When each chosen reminder is due: three days before at noon, the day before at 18:00; a call from 8:00."""
    day = local_day(starts_at)
    day_before = _EVENING if choice in _BY_MESSAGE else _CALL_FROM
    due = {
        "three_days": at_wall(day - timedelta(days=3), _NOON),
        "day_before": at_wall(day - timedelta(days=1), day_before),
    }
    return {kind: due[kind] for kind in _KINDS_OF_CHOICE[choice]}


def reminders_to_plan(starts_at: datetime, choice: str, now: datetime) -> dict[str, datetime]:
    """The reminders still to come; one that would be due already is not planned, but a call is until the visit."""
    if choice not in _BY_MESSAGE and now < starts_at:
        return reminder_times(starts_at, choice)
    return {kind: due for kind, due in reminder_times(starts_at, choice).items() if due > now}


def reminder_useless_from(kind: str, starts_at: datetime, choice: str, due_at: datetime) -> datetime:
    """From when on a late reminder is not sent any more: the next one says it, or the visit has begun."""
    if kind == "missed":
        return due_at + _MISSED_WITHIN
    if kind == "three_days":
        return reminder_times(starts_at, choice).get("day_before", starts_at)
    return starts_at


def call_again_at(now: datetime) -> datetime:
    """When staff try again after nobody answered: three hours on, and not at night."""
    return decent_time(now + CALL_AGAIN_AFTER)


def missed_word_due(starts_at: datetime, choice: str, now: datetime) -> datetime | None:
    """When the one kind word after a missed visit is due: that day at 17:00, or now if that is later.

    None for those who wished to get nothing, and where the visit is long past.
    """
    if choice not in _BY_MESSAGE or now > starts_at + _MISSED_WITHIN:
        return None
    return decent_time(max(now, at_wall(local_day(starts_at), _AFTER_MISSED)))


def number_range(draw: int) -> tuple[int, int]:
    """Smallest and largest booking number of the nth draw: four digits first, more after five in vain."""
    digits = _SMALLEST_NUMBER_DIGITS + draw // _DRAWS_PER_LENGTH
    return 10 ** (digits - 1), 10**digits - 1


def told_state(state: str, *, at: datetime | None, starts_at: datetime) -> str:
    """A state as everybody is told it: who gave the place back once the visit had begun declined, and cancelled nothing."""
    return "declined" if state == "excused" and at is not None and at >= starts_at else state


def outcome_is_early(starts_at: datetime, outcome: str, now: datetime) -> bool:
    """Whether it is too early to say so: that somebody came or did not before the day itself, 辞退 before the hour.

    Who gives the place back before that cancels.
    """
    if outcome == "excused":
        return now < starts_at
    return outcome in {"attended", "no_show"} and local_day(now) < local_day(starts_at)
