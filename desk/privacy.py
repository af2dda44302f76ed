"""Seals personal data: AES-256-GCM under a key per person, wrapped by the master key (APPI; CRYPTREC list).

Look-ups go by blind index (HMAC-SHA-256 with a key per purpose). A sealed value is bound to its place (table,
column, row), so moving it elsewhere makes it unreadable, and padded to size classes, so its length tells little.
Its first byte, and the first two digits of an index, name the master key it belongs to, so that the key can be changed
while the desk is open (`desk/rotation`).
"""

import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desk.errors import Unreadable, WrongSettings
from desk.key_file import FIRST, KEY_BYTES, read_keys
from desk.log import logger

log = logger("privacy")

_NONCE_BYTES = 12
_LENGTH_BYTES = 4
_SMALLEST = 32
_ENTRY_BYTES = 1 + KEY_BYTES


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
    """Seals under the newest key, opens with any; `place` names where a value lives, e.g. `answer.value:ID`."""

    ciphers: Mapping[int, AESGCM]

    def seal(self, plain: bytes, place: str) -> bytes:
        """Number of the key, nonce, ciphertext."""
        number, cipher = next(iter(self.ciphers.items()))
        nonce = os.urandom(_NONCE_BYTES)
        return bytes((number,)) + nonce + cipher.encrypt(nonce, _padded(plain), place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The value as it was sealed; raises Unreadable for a wrong key, another place or damage."""
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        cipher = self.ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise Unreadable(f"sealed with a key that is not here, at {place}")
        try:
            return _unpadded(cipher.decrypt(nonce, ciphertext, place.encode()))
        except (InvalidTag, ValueError) as fault:
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


class _Ring:
    """Master keys of one moment, newest first, and the sealers made of them."""

    def __init__(self, masters: Mapping[int, bytes]) -> None:
        self.masters = masters
        self.houses: dict[str, Sealer] = {}


class Vault:
    """Holds the master keys, newest first, and hands out what is derived from them.

    One that was read from a file looks whether that has changed, each time it is asked: so a running process knows
    a new key before anything is sealed with it. Raises WrongSettings where the file has changed and cannot be read.
    """

    def __init__(self, master: bytes) -> None:
        self._ring = _Ring({FIRST: master})
        self._file: Path | None = None
        self._seen = (0, 0)

    @classmethod
    def from_file(cls, path: Path) -> "Vault":
        """Reads a key file made by `tomarigi key new`; raises WrongSettings where it holds no key."""
        keys = read_keys(path)
        vault = cls(next(iter(keys.values())))
        vault._ring = _Ring(keys)
        vault._file, vault._seen = path, _version(path)
        return vault

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the master keys, newest first: more than one only while the key is changed."""
        return tuple(self._present().masters)

    @property
    def master(self) -> bytes:
        """The newest master key."""
        return next(iter(self._present().masters.values()))

    def house(self, purpose: str) -> Sealer:
        """The house's own key for one purpose, such as `inbox` (raw events) or `people` (names of accounts)."""
        ring = self._present()
        kept = ring.houses.get(purpose)
        if kept is None:
            derived = {number: _derived(key, f"house:{purpose}") for number, key in ring.masters.items()}
            ciphers = {number: AESGCM(key) for number, key in derived.items()}
            kept = ring.houses[purpose] = Sealer(ciphers)
        return kept

    def new_person_key(self, person_id: str) -> bytes:
        """A fresh key for one person, wrapped; destroying it destroys all that was sealed with it."""
        return self._wrap(self._fresh_entry(), person_id)

    def added_person_key(self, wrapped_keys: bytes, person_id: str) -> bytes:
        """A fresh key beside those a person has; as it was where the newest one is fresh enough."""
        entries = self._unwrap(wrapped_keys, person_id)
        if entries[0] == self.numbers[0]:
            return wrapped_keys
        return self._wrap(self._fresh_entry() + entries, person_id)

    def newest_person_key(self, wrapped_keys: bytes, person_id: str) -> bytes:
        """Only the newest key of a person: what was sealed with an earlier one is lost."""
        entries = self._unwrap(wrapped_keys, person_id)
        return wrapped_keys if len(entries) == _ENTRY_BYTES else self._wrap(entries[:_ENTRY_BYTES], person_id)

    def person(self, wrapped_keys: bytes, person_id: str) -> Sealer:
        """The sealer of one person."""
        entries = self._unwrap(wrapped_keys, person_id)
        starts = range(0, len(entries), _ENTRY_BYTES)
        return Sealer({entries[at]: AESGCM(entries[at + 1 : at + _ENTRY_BYTES]) for at in starts})

    def index(self, purpose: str, value: str) -> str:
        """Blind index to write: equal values meet, nobody reads them back. Never for small sets such as yes/no."""
        number, master = next(iter(self._present().masters.items()))
        return _index(number, master, purpose, value)

    def indexes(self, purpose: str, value: str) -> tuple[str, ...]:
        """Every blind index by which a value may be kept, to look it up: two while the key is changed."""
        masters = self._present().masters
        return tuple(_index(number, key, purpose, value) for number, key in masters.items())

    def fingerprints(self) -> dict[str, str]:
        """By number, a few digits that tell one master key from another and nothing else of it."""
        masters = self._present().masters
        return {str(number): _index(number, key, "fingerprint", "")[2:10] for number, key in masters.items()}

    def _fresh_entry(self) -> bytes:
        return bytes((self.numbers[0],)) + os.urandom(KEY_BYTES)

    def _wrap(self, entries: bytes, person_id: str) -> bytes:
        return self.house("wrap").seal(entries, f"client.key:{person_id}")

    def _unwrap(self, wrapped_keys: bytes, person_id: str) -> bytes:
        return self.house("wrap").open(wrapped_keys, f"client.key:{person_id}")

    def _present(self) -> _Ring:
        if self._file is None:
            return self._ring
        # A file that is away for a moment, or for good after the start, leaves us with what we know.
        with suppress(OSError):
            seen = _version(self._file)
            if seen != self._seen:
                self._ring, self._seen = self._read_anew(self._file), seen
        return self._ring

    @staticmethod
    def _read_anew(file: Path) -> _Ring:
        """The keys of a file that has changed: going on with those before would seal what nobody can open later."""
        try:
            return _Ring(read_keys(file))
        except WrongSettings:
            log.error("the key file has changed and cannot be read: give it back to whoever runs this desk")
            raise


def _version(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_ino


def _index(number: int, master: bytes, purpose: str, value: str) -> str:
    folded = unicodedata.normalize("NFKC", value).encode("utf-8", "surrogatepass")
    digest = hmac.digest(_derived(master, f"index:{purpose}"), folded, "sha256")
    return index_prefix(number) + digest.hex()[2:]


def index_prefix(number: int) -> str:
    """How every blind index under this master key begins."""
    return f"{number:02x}"


def index_number(index: str) -> int:
    """The number of the master key a blind index was made with."""
    return int(index[:2], 16)


def token_hash(token: str) -> str:
    """What is stored of a one-time token or a cookie: enough to recognise it, useless to a thief."""
    return hashlib.sha256(token.encode()).hexdigest()
