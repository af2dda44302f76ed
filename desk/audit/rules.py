"""The chain of the reading log: each entry carries the hash of the one before, so a changed or missing one shows."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: What the first entry carries as the hash of the one before.
BEGINNING = "0" * 64


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of an entry, over all its fields but the hash itself; the same in every database."""
    fields = {name: str(value) for name, value in entry.items() if name != "hash" and value is not None}
    said = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
