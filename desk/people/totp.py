"""The only file that knows the six digits of an authenticator app (TOTP, RFC 6238): each is good once.

A step is 30 seconds; the one before and the one after count too, since telephones go slow or fast (a deviation from
ASVS 6.5.5, written down in docs/SECURITY.md).
"""

import hmac
import secrets
from datetime import datetime

import pyotp
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.people.challenges import look, pose, spend
from desk.people.rules import folded_code
from desk.privacy import Vault, token_hash
from desk.tables.people import account

_STEP_SECONDS = 30
_STEPS_ASIDE = (-1, 0, 1)
_ISSUER = "とまりぎ"


def begin(db: Connection, vault: Vault, *, account_id: str, real: datetime) -> str:
    """Makes a seed (160 bits) and puts it aside until its first digits prove that the app has it; the token for that."""
    token = secrets.token_urlsafe(32)
    sealed = vault.house("people").seal_text(pyotp.random_base32(), _place(token_hash(token)))
    return pose(db, purpose="totp", account_id=account_id, token=token, value=sealed.hex(), real=real)


def seed_put_aside(
    db: Connection, vault: Vault, *, account_id: str, token: str, real: datetime
) -> str | None:
    """The seed as it is shown while the app is set up; None once its five minutes are over."""
    found = look(db, token=token, purpose="totp", real=real)
    if found is None or found.account_id != account_id or found.value is None:
        return None
    return vault.house("people").open_text(bytes.fromhex(found.value), _place(found.token_hash))


def address(seed: str, *, number: int) -> str:
    """What the QR holds: no name of a person."""
    return pyotp.TOTP(seed).provisioning_uri(name=f"職員番号 {number}", issuer_name=_ISSUER)


def finish(db: Connection, vault: Vault, *, account_id: str, token: str, code: str, real: datetime) -> bool:
    """Keeps the seed if these are its digits: they are spent with it."""
    seed = seed_put_aside(db, vault, account_id=account_id, token=token, real=real)
    step = _step_of(seed, code, real) if seed else None
    if seed is None or step is None or spend(db, token=token, purpose="totp", real=real) is None:
        return False
    sealed = vault.house("people").seal_text(seed, f"account.totp_seed:{account_id}")
    kept = {"totp_seed": sealed, "totp_step": step}
    db.execute(account.update().where(account.c.id == account_id).values(kept))
    return True


def spend_code(db: Connection, vault: Vault, *, account_id: str, code: str, real: datetime) -> bool:
    """Whether these are the digits of now, and nobody has used them or later ones: of two at once one gets in.

    None gets in by a seed that is taken away meanwhile.
    """
    sealed = db.execute(sa.select(account.c.totp_seed).where(account.c.id == account_id)).scalar_one_or_none()
    if sealed is None:
        return False
    step = _step_of(vault.house("people").open_text(sealed, f"account.totp_seed:{account_id}"), code, real)
    if step is None:
        return False
    unused = sa.or_(account.c.totp_step.is_(None), account.c.totp_step < step)
    same = (account.c.id == account_id) & (account.c.totp_seed == sealed)
    moved = account.update().where(same, unused).values(totp_step=step)
    return db.execute(moved).rowcount == 1


def _step_of(seed: str, code: str, real: datetime) -> int | None:
    wanted, clock = folded_code(code), pyotp.TOTP(seed)
    this = int(real.timestamp()) // _STEP_SECONDS
    steps = (this + aside for aside in _STEPS_ASIDE)
    return next(
        (each for each in steps if hmac.compare_digest(clock.generate_otp(each).encode(), wanted.encode())),
        None,
    )


def _place(hashed: str) -> str:
    return f"challenge.value:{hashed}"
