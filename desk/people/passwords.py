"""The only file that knows how passwords are hashed: argon2id. Slow on purpose, so never inside a transaction."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from desk.people.rules import folded_password

# The library's defaults (64 MiB, 3 passes, 4 lanes) are above OWASP's minimum (reference: about 155 ms a hash).
_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(folded_password(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; takes as long where there is none, so nobody learns which numbers exist."""
    try:
        _HASHER.verify(password_hash or _nobodys_hash(), folded_password(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


@lru_cache
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")
