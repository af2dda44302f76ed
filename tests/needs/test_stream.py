"""`tomarigi tag`: a line out for each line in, in order, and a bad one does not stop the rest."""

import json
import tracemalloc
from collections.abc import Iterator

from desk.needs.stream import tag_lines


def test_a_good_line_gives_needs_and_signs_with_offsets_of_the_input() -> None:
    text = "😀ｶﾈ。もう死にたい"
    ((line, good),) = tag_lines([json.dumps({"id": "a1", "text": text})])
    result = json.loads(line)
    assert good
    assert list(result) == ["id", "needs", "signs"]
    assert result["id"] == "a1"
    (sign,) = result["signs"]
    assert (sign["code"], sign["level"]) == ("suicide", "alarm")
    for piece in sign["evidence"]:
        assert text[piece["start"] : piece["end"]] == piece["text"]
    assert [need["code"] for need in result["needs"]] == ["mental"]


def test_bad_lines_are_reported_in_their_place_and_the_run_goes_on() -> None:
    lines = [
        "{",
        '{"id": 7}',
        '["a"]',
        "",
        '{"text": "a"}',
        '{"id": "z", "text": "家賃が払えない"}',
        "[" * 100_000,
    ]
    results = [(json.loads(line), good) for line, good in tag_lines(lines)]
    assert [good for _, good in results] == [False, False, False, False, False, True, False]
    assert [result["id"] for result, _ in results] == [None, 7, None, None, None, "z", None]
    assert all(result["error"] for result, good in results if not good)


def test_a_lone_surrogate_in_the_text_can_still_be_written_out() -> None:
    ((line, good),) = tag_lines(['{"id": "s", "text": "死\\ud83dにたい"}'])
    assert good
    assert json.loads(line.encode())["signs"][0]["evidence"][0]["text"] == "死\ud83dにたい"


def test_a_long_stream_does_not_grow() -> None:
    def lines() -> Iterator[str]:
        for number in range(2_500):
            yield json.dumps({"id": number, "text": f"{number}日目です。家賃が払えず、もう眠れません。"})

    stream = tag_lines(lines())
    # By now what is remembered of words is as full as it may be.
    for _ in range(2_000):
        next(stream)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in stream:
            pass
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 25_000
