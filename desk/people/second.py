"""What comes second, after the password: six digits of an app, or a recovery code from paper."""

from datetime import datetime
from typing import Literal

from sqlalchemy.engine import Connection

from desk.people import recovery, totp
from desk.people.rules import folded_code
from desk.privacy import Vault

_DIGITS = 6


def spend_second(
    db: Connection, vault: Vault, *, account_id: str, code: str, now: datetime, real: datetime
) -> Literal["totp", "recovery"] | None:
    """Which of the two this was, now used up; None where it is neither. `real`: the machine's own time."""
    folded = folded_code(code)
    if len(folded) == _DIGITS and folded.isdigit():
        good = totp.spend_code(db, vault, account_id=account_id, code=folded, real=real)
        return "totp" if good else None
    good = recovery.spend_code(db, account_id=account_id, code=folded, now=now)
    return "recovery" if good else None
