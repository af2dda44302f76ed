"""Where a conversation stands for staff, who is still writing, and where words are found in a text."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from desk.clients.rules import heard_name

#: So long after they last typed, somebody counts as writing.
WRITES_FOR = timedelta(minutes=2)
#: So long after their last words to somebody, staff are talking with them: an answer may come at any moment.
TALKS_FOR = timedelta(minutes=5)
#: Whoever was answered longer ago is no longer in the list.
LATELY = timedelta(days=180)
#: 次に見る日 lies no further ahead.
FURTHEST_LOOK = timedelta(days=366)

# A letter with the voice marks that are typed behind it: 「ｶﾞ」 is one sound.
_SOUND = re.compile(".[\u3099\u309a\uff9e\uff9f]*", re.DOTALL)


class Standing(StrEnum):
    """Where a conversation stands for staff, in the order in which they look at them.

    An open sign of danger comes first, then who waits for an answer, then a day to look that has come.
    """

    URGENT = "urgent"
    WAITS = "waits"
    DUE = "due"
    LATER = "later"
    ANSWERED = "answered"


def still_writes(writing_at: datetime | None, *, now: datetime) -> bool:
    """Whether somebody who last typed then is writing at this moment."""
    return writing_at is not None and now - writing_at <= WRITES_FOR


def can_look_on(day: date, *, today: date) -> bool:
    """Whether this day can be 次に見る日."""
    return today <= day <= today + FURTHEST_LOOK


def places_of(words: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where words stand in a text, from and to, however both are written: any width and case, ひらがな or カタカナ."""
    wanted = heard_name(words)
    if not wanted:
        return ()
    sounds = [(sound, found.span()) for found in _SOUND.finditer(text) for sound in heard_name(found.group())]
    heard = "".join(sound for sound, _ in sounds)
    places, at = [], heard.find(wanted)
    while at >= 0:
        after = at + len(wanted)
        places.append((sounds[at][1][0], sounds[after - 1][1][1]))
        at = heard.find(wanted, after)
    return tuple(places)
