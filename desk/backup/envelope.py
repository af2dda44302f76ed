"""The outside of a backup: the age format, to a public key whose other half is not on this machine.

age (C2SP) proves each part and the end of the file, so one that was cut off or altered is found out; it does not
prove who made the file, which the mark inside does (`desk/backup/queries.py`).
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import pyrage  # type: ignore[import-untyped]  # has no types

from desk.errors import DeskError, WrongSettings


class NotRestorable(DeskError):
    """The backup cannot be brought back here; the message says why and how it is mended."""


def new_key_pair(file: Path) -> str:
    """Writes a fresh private key that only its owner may read; returns the public one. Overwrites nothing."""
    identity = pyrage.x25519.Identity.generate()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as opened:
        opened.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def seal(lines: Iterable[bytes], target: IO[bytes], *, public_key: str) -> None:
    """Writes the lines, sealed, as they come; raises WrongSettings for a key that is none."""
    try:
        recipient = pyrage.x25519.Recipient.from_str(public_key)
    except pyrage.RecipientError as fault:
        mend = "BACKUP_PUBLIC_KEY: not set, or no public key; `tomarigi key backup FILE` makes a pair"
        raise WrongSettings([mend]) from fault
    try:
        pyrage.encrypt_io(_Reader(lines), target, [recipient])
    except pyrage.EncryptError as fault:
        raise DeskError(f"the backup was not finished: {str(fault).splitlines()[0]}") from fault


def unseal(source: IO[bytes], take: Callable[[bytes], None], *, identity_file: Path) -> None:
    """Hands the lines to `take` as they are opened; the file is proved whole only once this returns."""
    lines = _Lines(take)
    try:
        pyrage.decrypt_io(source, lines, [_identity(identity_file)])
    except pyrage.DecryptError as fault:
        raise NotRestorable(f"not a backup, or made for another key than {identity_file}") from fault
    except OSError as fault:
        raise NotRestorable("the backup is damaged or cut off") from fault


def _identity(file: Path) -> pyrage.x25519.Identity:
    try:
        kept = [line.strip() for line in file.read_text().splitlines() if not line.startswith("#")]
        return pyrage.x25519.Identity.from_str("".join(kept))
    except (OSError, ValueError, pyrage.IdentityError) as fault:
        raise NotRestorable(f"{file} cannot be read as a private key of `tomarigi key backup`") from fault


class _Reader:
    """Lines as a file to be read; the library asks for so many bytes and is content with fewer."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._left = b""

    def read(self, size: int) -> bytes:
        if not self._left:
            self._left = next(self._lines, b"")
        given, self._left = self._left[:size], self._left[size:]
        return given


class _Lines:
    """A file to be written to that hands on whole lines."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._left = b""

    def write(self, data: bytes) -> int:
        *whole, self._left = (self._left + data).split(b"\n")
        for line in whole:
            self._take(line + b"\n")
        return len(data)

    def flush(self) -> None:
        """Nothing is held back but the start of a line."""
