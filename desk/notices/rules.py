"""When a notice that nobody has acknowledged becomes the staff's business."""

from datetime import date, datetime, timedelta

# Nothing for officers: a meeting that must not be, and the wishes of people who have no place yet.
FOR_STAFF = frozenset({"conflict", "wish"})

# How the key of a mail begins that may go at night.
ALARM = "alarm:"
# News of the reader's own account, such as a sign-in on a new device: not a notice, and still worth its mail.
OWN_NEWS = "own:"
# To the address an account had before: that there is news, and no more.
FORMER = "former:"
# How the fault begins where the server takes mails, but none for this address.
NO_SUCH_ADDRESS = "recipient refused"

PATIENCE = timedelta(hours=24)
PATIENCE_NEAR = timedelta(hours=2)

# At most one mail with news in this time for each reader.
BUNDLED = timedelta(hours=1)
# A mail that could not be sent by then says nothing new any more.
MAIL_OF_USE = timedelta(hours=24)
# Whoever sends a mail has this long; then somebody else may.
MAIL_LEASE = timedelta(minutes=10)
MAIL_KEPT = timedelta(days=90)
_LONGEST_REST = timedelta(hours=1)


def escalate_at(*, at: datetime, today: date, session_date: date | None) -> datetime:
    """From then on staff see the notice: after 24 hours; from the day before the session on, after 2.

    A notice that belongs to no session has no officer to wait for: staff see it at once.
    `today` is the day in Japan at the instant `at`.
    """
    if session_date is None:
        return at
    near = today >= session_date - timedelta(days=1)
    return at + (PATIENCE_NEAR if near else PATIENCE)


def wait_before_next_mail(attempts: int) -> timedelta:
    """How long a mail rests after it could not be sent `attempts` times: 1, 4, 16 minutes, then an hour each."""
    return min(timedelta(minutes=4 ** (max(attempts, 1) - 1)), _LONGEST_REST)
