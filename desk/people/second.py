"""What comes second, after the password: six digits of an app, or a recovery code from paper."""

from datetime import datetime
from typing import Literal

from sqlalchemy.engine import Connection

from desk.people import recovery, totp
from desk.people.rules import folded_code
from desk.privacy import Vault

_DIGITS = 6


def codes_to_try(db: Connection, *, account_id: str, code: str) -> tuple[tuple[str, str], ...]:
    """The codes on paper this may be one of, for `recovery.find_code`; none where it is six digits."""
    return () if _is_digits(code) else recovery.codes_left(db, account_id)


def spend_second(
    db: Connection,
    vault: Vault,
    *,
    account_id: str,
    code: str,
    code_id: str | None,
    now: datetime,
    real: datetime,
) -> Literal["totp", "recovery"] | None:
    """Which of the two this was, now used up; None where it is neither. `real`: the machine's own time.

    `code_id`: the code on paper that it is, found before the transaction.
    """
    if _is_digits(code):
        good = totp.spend_code(db, vault, account_id=account_id, code=code, real=real)
        return "totp" if good else None
    good = code_id is not None and recovery.spend_code(db, code_id=code_id, now=now)
    return "recovery" if good else None


def _is_digits(code: str) -> bool:
    folded = folded_code(code)
    return len(folded) == _DIGITS and folded.isdigit()
