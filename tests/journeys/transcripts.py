"""Transcripts: a file says what a person types and presses; what the bot answers is written under it.

`→ words` types, `→• label` presses a button without display text, `→［label］` presses one that is shown, `→（sticker）`
sends something else than words, `@+3 days` moves the clock, `＊ verb words` is what staff do (`staff_acts.py`); a …
after either waits for what comes of it. Lines that start with # are notes.
Set TRANSCRIPTS=write to write the answers anew; the diff is the review.
"""

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from simulator.client import Simulator
from simulator.seen import Message, Person

FOLDER = Path(__file__).with_name("transcripts")
_NUMBER = re.compile(r"(予約番号 )\d+")
# How many needs are found is the reader's business, and measured elsewhere.
_COUNT = re.compile(r"\d+(?=つ うけとりました)")
_MOMENT = re.compile(r"^@ (\S+)")
_MOVE = re.compile(r"^@\+(\d+) (minutes|hours|days)")
_THINGS = {"（スタンプ）": "sticker", "（写真）": "image", "（声）": "audio", "（場所）": "location"}
_SECONDS = {"minutes": 60, "hours": 3600, "days": 86400}


def moment_of(script: str) -> str:
    """When the conversation begins: its line `@ 2026-11-12T23:40+09:00`."""
    found = next(match for line in script.splitlines() if (match := _MOMENT.match(line)))
    return found.group(1)


def replay(script: str, line: Simulator, staff: Callable[[str], None]) -> str:
    """Does what the person and the staff do, and returns the script with what the bot really answers."""
    person = line.add_person("そら")
    written: list[str] = []
    for row in script.splitlines():
        if row.startswith("→"):
            written.append(row)
            written += _shown(_act(line, person, row[1:].strip()))
        elif match := _MOVE.match(row):
            seconds = int(match.group(1)) * _SECONDS[match.group(2)]
            written += [row, *_what_follows(line, person, row, partial(line.move_clock, seconds))]
        elif row.startswith("＊"):
            act = partial(staff, row.strip("＊ …"))
            written += [row, *_what_follows(line, person, row, act)]
        elif row.startswith(("#", "@")):
            written.append(row)
    return "\n".join(written) + "\n"


def _what_follows(line: Simulator, person: Person, row: str, act: Callable[[], object]) -> list[str]:
    """Does what somebody else does; what comes to the person by itself, where the row ends with …"""
    before = len(line.messages(person))
    act()
    return _shown(line.wait_for_reply(person, after=before)) if row.endswith("…") else []


def compare(path: Path, written: str) -> None:
    """The conversation is the one in the file; TRANSCRIPTS=write takes it as the new one."""
    if os.environ.get("TRANSCRIPTS") == "write":
        path.write_text(written)
    assert written == path.read_text()


def _act(line: Simulator, person: Person, act: str) -> list[Message]:
    if act == "（ブロックする）":
        line.block(person)
        return []
    if act == "（友だちになる）":
        line.follow(person)
    elif act.startswith("（"):
        line.send(person, _THINGS[act])
    elif act.startswith("•"):
        line.press(person, act[1:].strip())
    elif act.startswith("［"):
        line.press(person, act.strip("［］"))
    else:
        line.say(person, act)
    line.wait_for_reply(person)
    return _settled(line, person)


def _settled(line: Simulator, person: Person) -> list[Message]:
    """One reply holds all that is said at once, so after the first message the rest is there too."""
    return line.wait_for_reply(person)


def _shown(messages: list[Message]) -> list[str]:
    rows = []
    for message in messages:
        text = _COUNT.sub("2", _NUMBER.sub(r"\g<1>2047", message.text))
        first, *rest = text.rstrip().splitlines()
        rows += [f"B {first}", *(f"  {row}".rstrip() for row in rest)]
        rows += _pressable(message)
    return rows


def _pressable(message: Message) -> list[str]:
    quick = [item["action"]["label"] for item in message.raw.get("quickReply", {}).get("items", [])]
    buttons = [label for label in message.labels if label not in quick]
    shown = " ".join([*(f"［{label}］" for label in buttons), *(f"（{label}）" for label in quick)])
    return [f"  {shown}"] if shown else []
