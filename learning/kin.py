"""`python -m learning.kin FOLDER`: writes `desk/needs/kin.csv` anew, from the unpacked vocabulary of the package ja_ginza.

That package (5.3.0, MIT) carries the word vectors chiVe (Works Applications, Apache License 2.0): 20,000 of 300 numbers
for 480,000 words in the order of how frequent they are. `FOLDER` is the one that holds its `vectors`, `key2row` and
`strings.json`. Words are named by the 64-bit MurmurHash2 (A. Appleby, public domain) of their letters.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from desk.needs.kin import KIN
from desk.needs.tokenizer import tokenize

_HEAD = """# Words that are used alike, from the word vectors chiVe (Works Applications, Apache License 2.0)
# as the package ja_ginza 5.3.0 (MIT) carries them; written by learning/kin.py.
"""
# Only the most frequent words; rarer ones share the vector of another word.
_WORDS = 30_000
# How many circles stand in the wider one, from the widest to the narrowest.
_CIRCLES = (200, 6, 4)
_NUMBERS = 100
_KINDS = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞"})
_NOT_OF_KIND = frozenset({"固有名詞", "数詞", "助動詞語幹"})
_64_BITS = (1 << 64) - 1
_MIX = 0xC6A4A7935BD1E995
Vectors = np.ndarray[Any, np.dtype[np.float64]]


def main() -> None:
    """Reads the folder that is named and writes the table."""
    KIN.write_text(table_of(Path(sys.argv[1])), encoding="utf-8")


def table_of(folder: Path) -> str:
    """The table that the vocabulary in this folder comes to."""
    words, vectors = _content_words(folder)
    circles: defaultdict[str, list[str]] = defaultdict(list)
    for path, row in sorted(_parted(vectors, np.arange(len(words)), _CIRCLES)):
        circles[path].append(words[row])
    return _HEAD + "".join(f"{path},{'|'.join(found)}\n" for path, found in circles.items())


def _content_words(folder: Path) -> tuple[list[str], Vectors]:
    """The frequent words that say something by themselves, each with its vector of length one."""
    rows = list(_rows(folder / "key2row"))
    place = {key: place for place, (key, _) in enumerate(rows[:_WORDS])}
    known = {place[key]: word for word in _strings(folder) if (key := _hashed(word.encode())) in place}
    words = {known[at]: rows[at][1] for at in sorted(known) if _says_something(known[at])}
    every = np.load(folder / "vectors").astype(np.float64)
    every -= every.mean(axis=0)
    turned = every @ np.linalg.svd(every, full_matrices=False)[2].T
    turned /= np.linalg.norm(turned, axis=1, keepdims=True) + 1e-6
    return list(words), turned[list(words.values()), :_NUMBERS]


def _strings(folder: Path) -> list[str]:
    found: list[str] = json.loads((folder / "strings.json").read_text(encoding="utf-8"))
    return found


def _says_something(word: str) -> bool:
    tokens = tokenize(word)
    if len(tokens) != 1 or tokens[0].normalized_form != word:
        return False
    kind = tokens[0].pos
    return kind[0] in _KINDS and kind[1] not in _NOT_OF_KIND and not set(word) & set(",|#")


def _parted(vectors: Vectors, rows: Any, sizes: tuple[int, ...], path: str = "") -> Iterator[tuple[str, int]]:
    """Path and row of each vector: parted into circles, and each of them again."""
    if not sizes:
        yield from ((path, int(row)) for row in rows)
        return
    parts = min(sizes[0], len(rows))
    placed = KMeans(parts, random_state=0, n_init=1).fit_predict(vectors[rows])
    for part in range(parts):
        if (inside := rows[placed == part]).size:
            yield from _parted(vectors, inside, sizes[1:], f"{path}.{part}".lstrip("."))


def _rows(file: Path) -> Iterator[tuple[int, int]]:
    """Hash and row of each word: a MessagePack map of whole numbers, the more frequent words first."""
    data, at = file.read_bytes(), 5
    while at < len(data):
        key, at = _number(data, at)
        row, at = _number(data, at)
        yield key, row


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The whole number at a place, and where the next thing begins (MessagePack: 0xcc to 0xcf say how many bytes)."""
    if (first := data[at]) < 0x80:
        return first, at + 1
    end = at + 1 + (1 << (first - 0xCC))
    return int.from_bytes(data[at + 1 : end], "big"), end


def _hashed(key: bytes) -> int:
    """MurmurHash64A with the seed 1."""
    whole = len(key) - len(key) % 8
    found = 1 ^ (len(key) * _MIX & _64_BITS)
    for at in range(0, whole, 8):
        part = int.from_bytes(key[at : at + 8], "little") * _MIX & _64_BITS
        found = (found ^ (part ^ part >> 47) * _MIX & _64_BITS) * _MIX & _64_BITS
    if key[whole:]:
        found = (found ^ int.from_bytes(key[whole:], "little")) * _MIX & _64_BITS
    found = (found ^ found >> 47) * _MIX & _64_BITS
    return found ^ found >> 47


if __name__ == "__main__":
    main()
