"""Mails to officers and staff: that there is news and nothing else, bundled, not at night but for an alarm."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from urllib.parse import urlsplit

from desk.booking.queries import bookings_list
from desk.booking.rules import decent_time
from desk.clock import at_tokyo, local, local_date
from desk.conversations.queries import waiting_for_answer
from desk.database import Connection
from desk.house import House
from desk.intake.queries import open_flags
from desk.log import logger
from desk.notices import mails, post, rules, urgent
from desk.notices.mails import MailRow
from desk.notices.queries import EscalatedNotice, NoticeRow, open_alarms, open_for_officer, open_for_staff
from desk.people.addresses import mail_of
from desk.people.queries import AccountRow, account_by_id, readers_of_mail
from desk.privacy import token_hash
from desk.roster.avoidances import meetings_to_mend
from desk.roster.queries import sessions_short_of_officers
from desk.wishes.queries import open_wishes

_STAFF = ("staff", "supervisor")
_MONDAY = 0
_WEEK_AT = 9
_ALARM_OF_USE = timedelta(hours=24)
_ROSTER_AHEAD = timedelta(days=75)
_UNTOLD_BACK = timedelta(days=60)
_SUBJECTS = {"news": "お知らせが{count}件あります", "week": "今週、{count}件が待っています"}
_TEXT = "{subject}。\n\n{address}\n\nこのメールに、返事はいりません。\n"

log = logger(__name__)


def plan_news(db: Connection, house: House, now: datetime) -> int:
    """Puts down one mail for each reader for whom there is something new; says how many."""
    if not house.settings.smtp_url:
        return 0
    mails.give_up_late(db, now=now)
    since = now - _ALARM_OF_USE
    named, alarms = urgent.told_of_alarms(db, since=since), open_alarms(db, since=since)
    return sum(_plan(db, reader, named, alarms, now) for reader in readers_of_mail(db, house.vault))


def plan_week(db: Connection, house: House, now: datetime) -> int:
    """On Mondays, one mail to each of the staff that says how many things wait."""
    today = local_date(now)
    if not house.settings.smtp_url or local(now).weekday() != _MONDAY:
        return 0
    due_at = max(now, at_tokyo(today, _WEEK_AT))
    readers = [row for row in readers_of_mail(db, house.vault) if row.role in _STAFF]
    return sum(
        mails.put(db, account_id=row.id, kind="week", dedupe_key=f"week:{row.id}:{today}", due_at=due_at)
        for row in readers
    )


def post_due(house: House, now: datetime) -> int:
    """Sends what is due, one mail after the other, outside any transaction; says how many were dealt with.

    Where the server does not answer the others wait too.
    """
    done = 0
    while house.settings.smtp_url and _post_one(house, now):
        done += 1
    return done


def _plan(
    db: Connection,
    reader: AccountRow,
    named: frozenset[tuple[int, str]],
    alarms: Sequence[NoticeRow],
    now: datetime,
) -> int:
    """An alarm goes at once, also at night, to those on duty and to whom the desk has named for it."""
    news = _news(db, reader, now)
    own = {notice_id for notice_id, _ in news}
    planned = 0
    for alarm in alarms:
        if (alarm.id, reader.id) in named or (reader.role == "officer" and alarm.id in own):
            key = f"{rules.ALARM}{reader.id}:{alarm.id}"
            planned += mails.put(db, account_id=reader.id, kind="news", dedupe_key=key, due_at=now)
    told = mails.told_until(db, reader.id)
    fresh = [notice_id for notice_id, at in news if told is None or at > told]
    if not fresh or mails.has_waiting(db, reader.id):
        return planned
    due_at = decent_time(now if told is None else max(now, told + rules.BUNDLED))
    key = f"news:{reader.id}:{max(fresh)}"
    return planned + mails.put(db, account_id=reader.id, kind="news", dedupe_key=key, due_at=due_at)


def _news(db: Connection, reader: AccountRow, now: datetime) -> list[tuple[int, datetime]]:
    """What the reader has not seen: each notice with the instant from which on it is theirs to know."""
    if reader.role == "officer":
        return [(row.id, row.at) for row in open_for_officer(db, account_id=reader.id, now=now)]
    if reader.role not in _STAFF:
        return []
    waiting = open_for_staff(db, desk_id=reader.desk_id, reader_id=reader.id, now=now)
    return [(each.notice.id, each.notice.escalate_at) for each in waiting]


def _post_one(house: House, now: datetime) -> bool:
    with house.database.transaction(background=True) as db:
        claimed = mails.claim(db, alarms_only=decent_time(now) != now, now=now)
        if claimed is None:
            return False
        message = _letter(db, house, claimed, now)
        if message is None:
            mails.settle(db, mail_id=claimed.id, state="dropped", now=now)
            return True
    try:
        post.send(house.settings.smtp_url, message)
    except post.Undeliverable as fault:
        with house.database.transaction(background=True) as db:
            mails.settle(db, mail_id=claimed.id, state="failed", fault=str(fault), now=now)
        return True
    except (OSError, post.OpenPassword) as fault:
        log.warning("mail not sent", kind=claimed.kind, attempts=claimed.attempts, fault=type(fault).__name__)
        with house.database.transaction(background=True) as db:
            mails.try_later(db, claimed=claimed, fault=type(fault).__name__, now=now)
        return False
    with house.database.transaction(background=True) as db:
        mails.settle(db, mail_id=claimed.id, state="sent", now=now)
    return True


def _letter(db: Connection, house: House, claimed: MailRow, now: datetime) -> EmailMessage | None:
    """The mail in words; None where there is nobody to read it, or nothing left to tell."""
    reader = account_by_id(db, house.vault, claimed.account_id)
    address = mails.address_of(db, house.vault, claimed.id) or mail_of(db, house.vault, claimed.account_id)
    count = _count(db, house, reader, claimed, now) if reader is not None and address else 0
    if not count:
        return None
    base = house.settings.public_base_url.rstrip("/")
    host = urlsplit(base).hostname or "localhost"
    subject = _SUBJECTS[claimed.kind].format(count=count)
    message = EmailMessage()
    message["From"] = formataddr(("とまりぎ", post.sender_of(house.settings.smtp_url, host)))
    message["To"] = address
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    # The same for every try, so that a server that has it already drops the second.
    message["Message-ID"] = f"<{token_hash(claimed.dedupe_key)[:32]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_TEXT.format(subject=subject, address=f"{base}/admin/"), cte="base64")
    return message


def _count(db: Connection, house: House, reader: AccountRow, claimed: MailRow, now: datetime) -> int:
    if claimed.kind == "week":
        return _waiting(db, house, reader, now)
    if claimed.dedupe_key.startswith(rules.FORMER):
        return 1
    told = mails.told_until(db, reader.id)
    fresh = sum(1 for _, at in _news(db, reader, now) if told is None or at > told)
    # Who is named for alarms learns of one before it is theirs to see among the others; news of one's own account
    # stands on its own page.
    goes_anyway = claimed.dedupe_key.startswith((rules.ALARM, rules.OWN_NEWS))
    return max(fresh, 1) if goes_anyway else fresh


def _waiting(db: Connection, house: House, reader: AccountRow, now: datetime) -> int:
    """How many things wait on 今週すること for a person to be told, answered, seated or written down."""
    vault, desk_id, today = house.vault, reader.desk_id, local_date(now)
    flags = [row for row in open_flags(db, vault) if desk_id is None or row.desk_id in (None, desk_id)]
    askers = {row.client_id for row in waiting_for_answer(db, vault)}
    short = sessions_short_of_officers(db, since=today, until=today + _ROSTER_AHEAD, desk_id=desk_id)
    past = bookings_list(db, vault, desk_id=desk_id, since=today - _UNTOLD_BACK, until=today)
    untold = [row for row in past if row.state == "lapsed"]
    wishes = open_wishes(db, vault, desk_id=desk_id)
    meetings = meetings_to_mend(db, desk_id=desk_id, since=today)
    untold_news = [each for each in open_for_staff(db, desk_id=desk_id, now=now) if _is_to_tell(each)]
    to_tell = {officer for each in untold_news for officer in each.waiting_for or ("",)}
    return sum(map(len, (flags, askers, short, untold, wishes, meetings, to_tell)))


def _is_to_tell(each: EscalatedNotice) -> bool:
    """The others are counted as what they speak of."""
    return each.notice.kind not in rules.FOR_STAFF
