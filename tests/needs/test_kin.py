"""The table of kin comes from a vocabulary as spaCy writes it: hashes in MessagePack, rows of numbers, words in JSON."""

import json
from pathlib import Path

import numpy as np

from learning.kin import table_of

# Each word by the hash spaCy 3 knows it by, the more frequent first.
VOCABULARY = {
    "を": 0x895152CE093DDEF2,
    "家賃": 0x406A61537CAA9B32,
    "借金": 0xBD18072AF73882B4,
    "犬": 0x1850F7F0B823B3B9,
    "走る": 0x78FB6BE5CD8F7363,
    "静か": 0x4C8D7FA0AC5387A3,
}
_MAP_OF_UP_TO_2_TO_THE_32, _WHOLE_NUMBER_OF_8_BYTES = b"\xdf", b"\xcf"


def test_each_word_that_says_something_by_itself_stands_in_one_circle(tmp_path: Path) -> None:
    rows = b"".join(
        _WHOLE_NUMBER_OF_8_BYTES + key.to_bytes(8, "big") + bytes([row])
        for row, key in enumerate(VOCABULARY.values())
    )
    size = len(VOCABULARY).to_bytes(4, "big")
    (tmp_path / "key2row").write_bytes(_MAP_OF_UP_TO_2_TO_THE_32 + size + rows)
    (tmp_path / "strings.json").write_text(json.dumps([*VOCABULARY, "猫"]), encoding="utf-8")
    with (tmp_path / "vectors").open("wb") as file:
        np.save(file, np.eye(len(VOCABULARY), dtype=np.float32))
    lines = [line for line in table_of(tmp_path).splitlines() if not line.startswith("#")]
    circles = dict(line.split(",") for line in lines)
    assert sorted(circles.values()) == sorted(VOCABULARY.keys() - {"を"})
    assert {path.count(".") for path in circles} == {2}
