"""Counts what was read against what was meant, and says how sure a share is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from desk.needs.codes import NEEDS, SIGNS
from desk.needs.tagging import Tagging
from learning.messages import Message

Read = Callable[[str], Tagging]
# For 95 in a hundred.
_Z = 1.96


@dataclass(slots=True)
class Count:
    """How often one code was rightly found, found too much, and missed."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, the share that was meant."""
        return _share(self.right, self.right + self.extra)

    @property
    def recall(self) -> float:
        """Of what was meant, the share that was found."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.right, 2 * self.right + self.extra + self.missed)


@dataclass(slots=True)
class Result:
    """One set of messages read.

    `alarmed` and `noticed` count signs meant and found as an alarm, and at either level. Of messages
    without a sign (`without_sign`) some were alarmed or asked about all the same; of those that bear
    neither need nor sign (`bare`) likewise. `exact` is where the needs came out just as meant and no sign
    was missed or alarmed too much.
    """

    messages: int = 0
    exact: int = 0
    needs: dict[str, Count] = field(default_factory=lambda: {need.code: Count() for need in NEEDS})
    meant: dict[str, int] = field(default_factory=lambda: {sign.code: 0 for sign in SIGNS})
    alarmed: dict[str, int] = field(default_factory=lambda: {sign.code: 0 for sign in SIGNS})
    noticed: dict[str, int] = field(default_factory=lambda: {sign.code: 0 for sign in SIGNS})
    endangered: int = 0
    answered: int = 0
    without_sign: int = 0
    false_alarms: int = 0
    false_checks: int = 0
    bare: int = 0
    bare_alarms: int = 0
    bare_checks: int = 0

    @property
    def micro(self) -> Count:
        """All needs counted together."""
        counts = self.needs.values()
        return Count(
            *(sum(getattr(count, name) for count in counts) for name in ("right", "extra", "missed"))
        )

    @property
    def macro_f1(self) -> float:
        """The mean of the needs' F1, of those that were meant or found at all."""
        spoken = [count.f1 for count in self.needs.values() if count.right + count.extra + count.missed]
        return sum(spoken) / len(spoken) if spoken else 0.0

    @property
    def alarm_recall(self) -> float:
        """Of all signs meant, the share that raised an alarm."""
        return _share(sum(self.alarmed.values()), sum(self.meant.values()))

    @property
    def recall(self) -> float:
        """Of all signs meant, the share found at either level."""
        return _share(sum(self.noticed.values()), sum(self.meant.values()))


def measure(messages: Iterable[Message], read: Read) -> Result:
    """Read all messages and count."""
    result = Result()
    for message in messages:
        tally(result, message, read(message.text))
    return result


def tally(result: Result, message: Message, tagging: Tagging) -> None:
    """Add one message to the result."""
    found = {tag.code for tag in tagging.needs}
    levels = {sign.code: sign.level for sign in tagging.signs}
    alarms = {code for code, level in levels.items() if level == "alarm"}
    result.messages += 1
    result.exact += found == message.needs and message.signs <= levels.keys() and alarms <= message.signs
    for code, count in result.needs.items():
        count.right += code in found and code in message.needs
        count.extra += code in found and code not in message.needs
        count.missed += code not in found and code in message.needs
    for code in message.signs:
        result.meant[code] += 1
        result.alarmed[code] += code in alarms
        result.noticed[code] += code in levels
    result.endangered += bool(message.signs)
    result.answered += bool(message.signs and levels)
    if message.signs:
        return
    asked = bool(levels) and not alarms
    result.without_sign += 1
    result.false_alarms += bool(alarms)
    result.false_checks += asked
    if not message.needs:
        result.bare += 1
        result.bare_alarms += bool(alarms)
        result.bare_checks += asked


def wilson(found: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies in 95 of a hundred cases (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    share, spread = found / of, _Z * _Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def middle_and_high(values: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th of a hundred."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
