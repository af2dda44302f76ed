"""Reads messages from JSON Lines and gives a line for each, for the command `tomarigi tag`.

In: `{"id", "text"}`. Out: `{"id", "needs": [...], "signs": [...]}`, offsets in characters of the input,
or `{"id", "error"}` for a line that cannot be read. Nothing is kept between lines.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from desk.needs.service import read


class _BadLine(ValueError):
    """The line is not what was asked for; `line_id` is its id where it could be read."""

    def __init__(self, reason: str, line_id: str | int | None = None) -> None:
        super().__init__(reason)
        self.line_id = line_id


def tag_lines(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """For each line the line to give out and whether it was good, in order, one at a time."""
    for line in lines:
        try:
            line_id, text = _read_line(line)
        except _BadLine as error:
            yield _dump({"id": error.line_id, "error": str(error)}), False
        else:
            yield _dump({"id": line_id, **asdict(read(text))}), True


def _read_line(line: str) -> tuple[str | int, str]:
    try:
        found = json.loads(line)
    except RecursionError as error:
        raise _BadLine("nested too deeply") from error
    except ValueError as error:
        raise _BadLine("not JSON") from error
    if not isinstance(found, dict):
        raise _BadLine("not a JSON object")
    line_id, text = found.get("id"), found.get("text")
    if isinstance(line_id, bool) or not isinstance(line_id, str | int):
        raise _BadLine("id is missing, or neither a string nor a whole number")
    if not isinstance(text, str):
        raise _BadLine("text is missing or not a string", line_id)
    return line_id, text


def _dump(result: dict[str, object]) -> str:
    line = json.dumps(result, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # a lone surrogate of the message stands in the evidence or the id
        return json.dumps(result)
    return line
