"""People who write without a pause while something happens to the desk."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from simulator.client import Person
from tests.crash.desk import RunningDesk, wait_for
from tests.crash.people import answers, newcomer, wait_for_answers

NAMES = ("そら", "やま", "もり")
# One answer each; and a booking that comes and goes, whatever is answered.
CHATTER = ("ヘルプ",)
COME_AND_GO = ("予約", *["1"] * 7, "取消", "1")
_PAUSE_SECONDS = 0.15
_AFTERWARDS = 5


@dataclass
class Stream:
    """Who writes, and how often they have written."""

    desk: RunningDesk
    people: tuple[Person, ...]
    texts: tuple[str, ...] = CHATTER
    pause_seconds: float = _PAUSE_SECONDS
    said: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """Writes until told to stop, and a little longer; waits for no answer."""
        left, texts = _AFTERWARDS, cycle(self.texts)
        while left:
            left -= self._stop.wait(self.pause_seconds)
            text = next(texts)
            for person in self.people:
                self.desk.line.say(person, text, wait=False)
            self.said += 1

    def stop(self) -> None:
        """It has happened."""
        self._stop.set()

    def acknowledged(self) -> int:
        """How many of the events the desk answered with 200."""
        deliveries = self.desk.line.deliveries()
        ours = [found for found in deliveries if found["events"][0]["type"] == "message"]
        return sum(any(attempt["status"] == 200 for attempt in found["attempts"]) for found in ours)

    def answered(self) -> list[int]:
        """How many answers each got, without the welcome."""
        return [len(answers(self.desk, person)) - 1 for person in self.people]

    def wait_for_more(self, count: int) -> None:
        """Waits until everybody has written so often again."""
        wanted = self.said + count
        wait_for("people to write", lambda: self.said >= wanted)

    def wait_for_all(self) -> None:
        """Waits until everybody has an answer for each thing they wrote."""
        for person in self.people:
            wait_for_answers(self.desk, person, self.said + 1)


@contextmanager
def writing(
    desk: RunningDesk,
    names: tuple[str, ...] = NAMES,
    texts: tuple[str, ...] = CHATTER,
    pause_seconds: float = _PAUSE_SECONDS,
) -> Iterator[Stream]:
    """People write while the body runs, and a little longer."""
    stream = Stream(desk, tuple(newcomer(desk, name) for name in names), texts, pause_seconds)
    writer = threading.Thread(target=stream.write, name="people")
    writer.start()
    try:
        yield stream
    finally:
        stream.stop()
        writer.join()
