"""The file with the master key: a line for each key, its number and 32 bytes in base64, the newest first.

A line without a number is key 1. There are two lines only while the key is being changed (`desk/rotation`).
"""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from desk.errors import WrongSettings

KEY_BYTES = 32
FIRST, LAST = 1, 255


def read_keys(path: Path) -> dict[int, bytes]:
    """The master keys by number, newest first; raises WrongSettings where there are none."""
    try:
        lines = path.read_text().split("\n")
        keys = dict(_key_of(line) for line in lines if line.strip())
    except (OSError, ValueError) as fault:
        mend = f"MASTER_KEY_FILE: {path} cannot be read; make one: tomarigi key new {path}"
        raise WrongSettings([mend]) from fault
    if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise WrongSettings([f"MASTER_KEY_FILE: {path} must hold 32 bytes in base64: tomarigi key new FILE"])
    return dict(sorted(keys.items(), reverse=True))


def new_key_file(path: Path) -> None:
    """Writes a fresh master key that only its owner may read; refuses to overwrite one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n")


def write_keys(path: Path, keys: Mapping[int, bytes]) -> None:
    """Puts these keys in the place of the file's, all at once: whoever reads sees the old lines or the new ones."""
    lines = [f"{number} {base64.b64encode(key).decode()}\n" for number, key in keys.items()]
    target = path.resolve()
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    before = target.stat()
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        # Whoever could read the earlier file reads this one: the command may be run by root, the desk never is.
        os.fchown(handle, before.st_uid, before.st_gid)
        os.fchmod(handle, before.st_mode & 0o777)
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    part.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _key_of(line: str) -> tuple[int, bytes]:
    number, _, words = line.strip().rpartition(" ")
    found = int(number) if number else FIRST
    if not FIRST <= found <= LAST:
        raise ValueError("no number of a key")
    return found, base64.b64decode(words, validate=True)
