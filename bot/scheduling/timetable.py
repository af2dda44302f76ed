"""All jobs in one table: name, when, and what. Each run is one transaction that also moves the job's due time.

Due times are rows, so two schedulers started by mistake do each job once, a crash leaves the job due, and a shifted
clock moves all of them. APScheduler only ticks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.scheduling import (
    accounts,
    announcements,
    audit,
    checks,
    cleanup,
    closures,
    danger,
    follow_ups,
    mail,
    reach,
    reminders,
    sessions,
    voices,
    waiting,
)
from desk.audit.rules import NIGHTLY
from desk.clock import at_tokyo, local_date
from desk.database import Connection
from desk.house import House
from desk.log import logger, where
from desk.messaging import jobs

Run = Callable[[Connection, House, datetime], int]

log = logger(__name__)


@dataclass(frozen=True)
class Job:
    """Something that happens by the clock: every so often, or each day at a time in Japan."""

    name: str
    run: Run
    every: timedelta | None = None
    daily: time | None = None

    def may_be_due(self, due_at: datetime | None, now: datetime) -> bool:
        """What the claim decides, for whoever only looks. `due_at`: None for one that never ran."""
        return due_at is None or not now < due_at <= self.next_after(now)

    def next_after(self, now: datetime) -> datetime:
        """When it is due again after a run at `now`."""
        if self.every is not None:
            return now + self.every
        assert self.daily is not None
        today = at_tokyo(local_date(now), self.daily.hour, self.daily.minute)
        tomorrow = at_tokyo(local_date(now) + timedelta(days=1), self.daily.hour, self.daily.minute)
        return today if today > now else tomorrow


_MINUTE = timedelta(minutes=1)

TIMETABLE = (
    Job("expire holds", sessions.expire_holds, every=_MINUTE),
    Job("offer free places", waiting.offer_places, every=_MINUTE),
    Job("send reminders", reminders.send_due, every=_MINUTE),
    Job("plan mails", mail.plan_news, every=_MINUTE),
    Job("notice silence", danger.flag_silence, every=_MINUTE),
    Job("tell of empty sessions", sessions.tell_empty, every=5 * _MINUTE),
    Job("end past sessions", sessions.end_past, every=5 * _MINUTE),
    Job("settle closures", closures.settle, every=_MINUTE),
    Job("hand over news", announcements.hand_over, every=_MINUTE),
    Job("let people go", cleanup.let_people_go, every=_MINUTE),
    Job("finish erasures", cleanup.finish_erasures, every=_MINUTE),
    Job("note erasures", cleanup.note_erasures, every=_MINUTE),
    Job("follow up", follow_ups.ask_due, every=_MINUTE),
    Job("look who is not reached", reach.look, every=5 * _MINUTE),
    Job("ask how the visit was", voices.ask_due, every=5 * _MINUTE),
    Job("ask who waited in vain", waiting.ask_who_waited, daily=time(17, 30)),
    Job("make sessions", sessions.make_ahead, daily=time(3, 10)),
    Job("forget old things", cleanup.forget, daily=time(3, 30)),
    Job("plan weekly mail", mail.plan_week, daily=time(9)),
    Job("close unused accounts", accounts.close, daily=time(3, 40)),
    Job("check invariants", checks.check, daily=time(3, 50)),
    Job(NIGHTLY, audit.tell_head, daily=time(3, 55)),
)


def run_due(house: House, *, now: datetime) -> int:
    """Runs every job that is due; one that fails stays due and hinders no other. Says how many ran."""
    with house.database.reading() as db:
        due_at = jobs.due_times(db)
    return sum(_run(house, job, now) for job in TIMETABLE if job.may_be_due(due_at.get(job.name), now))


def _run(house: House, job: Job, now: datetime) -> bool:
    try:
        with house.database.transaction(background=True) as db:
            if not jobs.claim(db, name=job.name, now=now, next_due=job.next_after(now)):
                return False
            count = job.run(db, house, now)
            jobs.note_run(db, name=job.name, count=count, now=now)
    except Exception as fault:
        log.error("job failed", job=job.name, fault=where(fault))
        return False
    if count:
        log.info("job ran", job=job.name, count=count)
    return True
