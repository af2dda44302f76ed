"""Identifiers in the forms LINE gives them."""

import secrets
import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ulid(milliseconds: int) -> str:
    """A ULID (48 bits of time, 80 of chance, 26 characters), the form of a `webhookEventId`."""
    number = (milliseconds << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


def new_user_id() -> str:
    """A user id as LINE makes them: `U` and 32 hexadecimal digits."""
    return "U" + secrets.token_hex(16)


def new_group_id() -> str:
    """A group id: `C` and 32 hexadecimal digits."""
    return "C" + secrets.token_hex(16)


def new_message_id() -> str:
    """A message id: a number of 18 digits, written as text."""
    return str(10**17 + secrets.randbelow(9 * 10**17))


def new_token() -> str:
    """An opaque token, for replies, quotes and read marks."""
    return secrets.token_hex(16)


def new_request_id() -> str:
    """What every answer carries in `x-line-request-id`."""
    return str(uuid.uuid4())
