"""The tables as they were read, in one file: a start need not cut 20,000 phrases into words again.

`make needs-model` writes it, the same bytes each time. It stands for the tables while it bears their fingerprint.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from desk.needs.lexicon import Item, Phrase, Row, Tables


def pack(tables: Tables, fingerprint: str) -> bytes:
    """The file's bytes for these tables and the fingerprint of what they were read from."""
    found = dict.fromkeys(item for phrase in tables.phrases for item in phrase.items)
    places = {item: place for place, item in enumerate(found)}
    stored = {
        "fingerprint": fingerprint,
        "spellings": tables.spellings,
        "items": list(places),
        "phrases": [[places[item] for item in phrase.items] for phrase in tables.phrases],
        "strict": [phrase.number for phrase in tables.phrases if phrase.strict],
        "classes": {name: sorted(numbers) for name, numbers in tables.classes.items()},
        "rows": [_pack_row(row) for row in tables.rows],
    }
    return (json.dumps(stored, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def unpack(stored: bytes, fingerprint: str) -> Tables | None:
    """What `pack` was given; None where the tables have changed since."""
    found = json.loads(stored)
    if found["fingerprint"] != fingerprint:
        return None
    items = [Item(*item) for item in found["items"]]
    strict = set(found["strict"])
    return Tables(
        spellings=found["spellings"],
        phrases=tuple(
            Phrase(number, tuple(items[place] for place in places), number in strict)
            for number, places in enumerate(found["phrases"])
        ),
        classes={name: frozenset(numbers) for name, numbers in found["classes"].items()},
        rows=_unpack_rows(found["rows"]),
    )


def _pack_row(row: Row) -> list[object]:
    parts = [sorted(part) for part in row.parts]
    return [row.source, row.needs, row.signs, row.kind, parts, row.level, row.example, row.counterexample]


def _unpack_rows(stored: Iterable[Sequence[Any]]) -> tuple[Row, ...]:
    known: dict[frozenset[int], frozenset[int]] = {}
    rows: list[Row] = []
    for source, needs, signs, kind, parts, *rest in stored:
        pieces = tuple(known.setdefault(piece, piece) for piece in map(frozenset, parts))
        rows.append(Row(len(rows), source, tuple(needs), tuple(signs), kind, pieces, *rest))
    return tuple(rows)
