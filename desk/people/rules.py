"""Who may do what, which password is good enough, how long a sign-in lasts and how slowly it may be guessed."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from desk.errors import SignInRefused

LINK_LASTS = timedelta(hours=24)
IDLE_LIMIT = timedelta(minutes=60)
# For who keeps the accounts, and on a tablet that others use too.
SHORT_IDLE_LIMIT = timedelta(minutes=15)
ABSOLUTE_LIMIT = timedelta(hours=10)
# For so long after somebody showed all factors they may do what wants them shown anew.
PROOF_LASTS = timedelta(minutes=5)
# For so long a browser may answer (real time).
CHALLENGE_LASTS = timedelta(minutes=5)
# Whoever has not signed in for so long is warned of, and then has to begin anew with a link.
UNUSED_WARNED = timedelta(days=150)
UNUSED_CLOSED = timedelta(days=180)

PASSWORD_SHORTEST = 15
PASSWORD_LONGEST = 128
_LETTERS_BESIDES = 5
# Words that everybody tries first, and the words of this house; a longer one before those it holds.
_COMMON_WORDS = (
    "あいうえおかきくけこさしすせそ", "あいうえおかきくけこ", "administrator", "qwertyuiop", "1234567890",
    "0123456789", "asdfghjkl", "123456789", "987654321", "supervisor", "passw0rd", "password", "12345678",
    "sunshine", "princess", "football", "baseball", "iloveyou", "tomarigi", "abcdefgh", "madoguchi",
    "いろはにほへと", "welcome", "letmein", "abcdefg", "1234567", "kamiina", "officer", "hogoshi",
    "あいうえお", "ぱすわーど", "パスワード", "qwerty", "asdfgh", "zxcvbnm", "monkey", "dragon", "master",
    "abc123", "abcdef", "123456", "1q2w3e4r", "tomari", "kousei", "nagano", "soudan", "staff", "とまりぎ",
    "更生保護", "login", "admin", "12345", "hogo", "suwa", "ueda", "abcd", "pass", "word", "1234", "ほごし",
    "保護司", "上伊那", "保護", "更生", "諏訪", "上田", "長野", "相談", "窓口",
)  # fmt: skip

TRIES_WITHIN = timedelta(minutes=15)
_FIRST_WAIT = timedelta(seconds=10)
_DOUBLINGS = 5


@dataclass(frozen=True)
class Slowing:
    """How many tries are free within 15 minutes, and how long at most the next one waits after them."""

    free: int
    longest: timedelta


# One address at one account; one address at whichever accounts; one account from wherever. The last is mild, so that
# nobody far away can keep an officer out on the day of duty.
HERE = Slowing(5, timedelta(minutes=5))
SPREAD = Slowing(20, timedelta(minutes=5))
FROM_ANYWHERE = Slowing(20, timedelta(seconds=30))
# Keys from one address: nobody guesses one, but each try costs something.
KEYS = Slowing(20, timedelta(seconds=30))
# So often at most it is written down that somebody nobody knows did not get in, per address.
GUESTS_TOLD_EVERY = timedelta(minutes=1)

BEFORE_DUTY = timedelta(days=7)
AFTER_DUTY = timedelta(days=14)


class Permission(StrEnum):
    """What a page or an act asks for."""

    OWN_ACCOUNT = "own_account"
    DUTY = "duty"
    DESK_WORK = "desk_work"
    CASES = "cases"
    PROMISES = "promises"
    ACCOUNTS = "accounts"
    MACHINE = "machine"
    TOTALS = "totals"
    # The reading log, incidents, the papers of an audit.
    READING_LOG = "reading_log"


_STAFF = frozenset(
    {
        Permission.OWN_ACCOUNT,
        Permission.DUTY,
        Permission.DESK_WORK,
        Permission.CASES,
        Permission.MACHINE,
        Permission.TOTALS,
    }
)
_MAY = {
    "officer": frozenset({Permission.OWN_ACCOUNT, Permission.DUTY}),
    "staff": _STAFF,
    "supervisor": _STAFF | {Permission.PROMISES, Permission.ACCOUNTS, Permission.READING_LOG},
    "prefecture": frozenset({Permission.OWN_ACCOUNT, Permission.TOTALS}),
    "administrator": frozenset({Permission.OWN_ACCOUNT, Permission.ACCOUNTS, Permission.MACHINE}),
}
ROLES = tuple(_MAY)


class TooManyTries(SignInRefused):
    """Too many wrong passwords: `wait` until the next try."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many tries")
        self.wait = wait


def may(role: str, permission: Permission) -> bool:
    """Whether the role allows it; an unknown role is allowed nothing."""
    return permission in _MAY.get(role, frozenset())


def may_keep(keeper: str, role: str) -> bool:
    """Whether `keeper` may add, begin anew or change accounts of this role: nobody opens cases who has none."""
    return may(keeper, Permission.CASES) or not may(role, Permission.CASES)


def sees_people(*, session_date: date, today: date) -> bool:
    """Whether an officer sees who comes: from 7 days before their own session to 14 days after it."""
    return session_date - BEFORE_DUTY <= today <= session_date + AFTER_DUTY


def wait_before_try(failures: Sequence[datetime], slowing: Slowing, *, now: datetime) -> timedelta:
    """How long the next try must wait: nothing at first, then 10 s, 20 s, 40 s … up to the longest. Never for ever."""
    recent = [at for at in failures if at > now - TRIES_WITHIN]
    if len(recent) < slowing.free:
        return timedelta(0)
    doublings = min(len(recent) - slowing.free, _DOUBLINGS)
    wait = min(_FIRST_WAIT * (1 << doublings), slowing.longest)
    return max(max(recent) + wait - now, timedelta(0))


def folded_code(code: str) -> str:
    """Digits or a recovery code as they are compared: without blanks and dashes, in half width, in small letters."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(sign for sign in folded if sign.isascii() and sign.isalnum())


def folded_password(password: str) -> str:
    """The form that is hashed: a Japanese phrase typed on another machine stays the same phrase."""
    return unicodedata.normalize("NFKC", password)


def fault_of_password(password: str) -> Literal["short", "long", "common"] | None:
    """Why a new password is refused: under 15 signs, over 128, or little besides words that everybody tries."""
    folded = folded_password(password)
    if len(folded) < PASSWORD_SHORTEST:
        return "short"
    if len(folded) > PASSWORD_LONGEST:
        return "long"
    besides = folded.casefold()
    for word in _COMMON_WORDS:
        besides = besides.replace(word, "")
    return "common" if len(set(besides)) < _LETTERS_BESIDES else None
