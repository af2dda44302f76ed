"""Seals personal data: AES-256-GCM under a key per person, wrapped by the master key (APPI; CRYPTREC list).

Look-ups go by blind index (HMAC-SHA-256 with a key per purpose). A sealed value is bound to its place (table,
column, row), so moving it elsewhere makes it unreadable, and padded to size classes, so its length tells little.
"""

import base64
import hashlib
import hmac
import json
import os
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desk.errors import Unreadable, WrongSettings

KEY_BYTES = 32
_NONCE_BYTES = 12
_LENGTH_BYTES = 4
_SMALLEST = 32
_FORMAT = b"\x01"


def _padded(plain: bytes) -> bytes:
    """Length, value, zeros up to the next power of two: short answers all look alike from outside."""
    body = len(plain).to_bytes(_LENGTH_BYTES, "big") + plain
    size = max(_SMALLEST, 1 << (len(body) - 1).bit_length())
    return body.ljust(size, b"\0")


def _unpadded(body: bytes) -> bytes:
    length = int.from_bytes(body[:_LENGTH_BYTES], "big")
    return body[_LENGTH_BYTES : _LENGTH_BYTES + length]


@dataclass(frozen=True, repr=False)
class Sealer:
    """Seals and opens values under one key; `place` names where a value lives, e.g. `answer.value:ID`."""

    cipher: AESGCM

    def seal(self, plain: bytes, place: str) -> bytes:
        """Format byte, nonce, ciphertext."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self.cipher.encrypt(nonce, _padded(plain), place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The value as it was sealed; raises Unreadable for a wrong key, another place or damage."""
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _FORMAT:
            raise Unreadable(f"unknown format at {place}")
        try:
            return _unpadded(self.cipher.decrypt(nonce, ciphertext, place.encode()))
        except InvalidTag as fault:
            raise Unreadable(f"cannot be opened at {place}") from fault

    def seal_text(self, text: str, place: str) -> bytes:
        """Keeps any text a phone can send, lone surrogates and NUL included."""
        return self.seal(text.encode("utf-8", "surrogatepass"), place)

    def open_text(self, sealed: bytes, place: str) -> str:
        """The text as it was sealed."""
        return self.open(sealed, place).decode("utf-8", "surrogatepass")

    def seal_json(self, value: Any, place: str) -> bytes:
        """Any value that JSON can say."""
        return self.seal(json.dumps(value, separators=(",", ":")).encode(), place)

    def open_json(self, sealed: bytes, place: str) -> Any:
        """The value as it was sealed."""
        return json.loads(self.open(sealed, place))


@lru_cache
def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(master)


@lru_cache
def _house(master: bytes, purpose: str) -> Sealer:
    return Sealer(AESGCM(_derived(master, f"house:{purpose}")))


@dataclass(frozen=True, repr=False)
class Vault:
    """Holds the master key and hands out what is derived from it."""

    master: bytes

    @classmethod
    def from_file(cls, path: Path) -> "Vault":
        """Reads a key file made by `tomarigi key new`: 32 bytes in base64."""
        try:
            master = base64.b64decode(path.read_text().strip(), validate=True)
        except (OSError, ValueError) as fault:
            mend = f"MASTER_KEY_FILE: {path} cannot be read; make one: tomarigi key new {path}"
            raise WrongSettings([mend]) from fault
        if len(master) != KEY_BYTES:
            raise WrongSettings(
                [f"MASTER_KEY_FILE: {path} must hold 32 bytes in base64: tomarigi key new FILE"]
            )
        return cls(master)

    def house(self, purpose: str) -> Sealer:
        """The house's own key for one purpose, such as `inbox` (raw events) or `people` (names of accounts)."""
        return _house(self.master, purpose)

    def new_person_key(self, person_id: str) -> bytes:
        """A fresh key for one person, wrapped; destroying it destroys all that was sealed with it."""
        return self.house("wrap").seal(os.urandom(KEY_BYTES), f"client.key:{person_id}")

    def person(self, wrapped_key: bytes, person_id: str) -> Sealer:
        """The sealer of one person."""
        return Sealer(AESGCM(self.house("wrap").open(wrapped_key, f"client.key:{person_id}")))

    def index(self, purpose: str, value: str) -> str:
        """Blind index of a value: equal values meet, nobody reads them back. Never for small sets such as yes/no."""
        folded = unicodedata.normalize("NFKC", value).encode("utf-8", "surrogatepass")
        return hmac.new(_derived(self.master, f"index:{purpose}"), folded, hashlib.sha256).hexdigest()


def new_key_file(path: Path) -> None:
    """Writes a fresh master key that only its owner may read; refuses to overwrite one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n")


def token_hash(token: str) -> str:
    """What is stored of a one-time token or a cookie: enough to recognise it, useless to a thief."""
    return hashlib.sha256(token.encode()).hexdigest()
