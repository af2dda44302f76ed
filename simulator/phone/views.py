"""What the phone page shows of a chat: entries with times and days, lock screen, quick replies, rich menu."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulator.chats import Chat, Entry
from simulator.choices import Choice, choices_of_entry, quick_replies
from simulator.people import Person
from simulator.phone.flex import Piece, draw_bubbles
from simulator.platform import Platform
from simulator.quota import JAPAN
from simulator.richmenus import RichMenu
from simulator.seen import preview_of
from simulator.wire import Json

WEEKDAYS = "月火水木金土日"
PREVIEWS = 3


@dataclass(frozen=True)
class EntryView:
    """One message as it is drawn. `day` is set where a new day begins, `numbers` tells an action's index."""

    entry: Entry
    time: str
    day: str
    numbers: dict[int, int]
    bubbles: list[Piece]

    @property
    def key(self) -> str:
        """Changes whenever the entry must be drawn again."""
        return f"{self.entry.number}-{self.entry.state}"

    def number_of(self, action: Json) -> int:
        """The index of an action in its message, by which it is pressed."""
        return self.numbers[id(action)]


@dataclass(frozen=True)
class MenuArea:
    """An area of the rich menu: its choice and where it lies, in per cent of the picture."""

    choice: Choice
    style: str


@dataclass(frozen=True)
class PhoneView:
    """One person's phone."""

    person: Person
    revision: int
    entries: list[EntryView]
    previews: list[tuple[str, str]]
    quick_replies: list[Choice]
    menu: RichMenu | None
    areas: list[MenuArea]
    loading: bool


def phone_view(platform: Platform, person: Person) -> PhoneView:
    """Everything to draw for a person now."""
    chat = platform.chats[person.user_id]
    menu = platform.menus.shown_to(person.user_id) if person.state == "friend" else None
    return PhoneView(
        person=person,
        revision=chat.revision,
        entries=_entries(chat),
        previews=_previews(chat),
        quick_replies=quick_replies(chat),
        menu=menu,
        areas=_areas(menu.definition) if menu else [],
        loading=chat.loading_until_ms > platform.clock.now_ms(),
    )


def _entries(chat: Chat) -> list[EntryView]:
    views: list[EntryView] = []
    last_day = ""
    for entry in chat.entries:
        moment = _moment(entry)
        day = f"{moment.month}月{moment.day}日（{WEEKDAYS[moment.weekday()]}）"
        views.append(_entry(entry, f"{moment:%H:%M}", day if day != last_day else ""))
        last_day = day
    return views


def _entry(entry: Entry, time: str, day: str) -> EntryView:
    numbers = {id(choice.action): choice.index for choice in choices_of_entry(entry)}
    flex = entry.speaker == "bot" and entry.message["type"] == "flex"
    bubbles = draw_bubbles(entry.message["contents"], numbers) if flex else []
    return EntryView(entry, time, day, numbers, bubbles)


def _previews(chat: Chat) -> list[tuple[str, str]]:
    """The newest notifications first: time and words. Silent messages show none."""
    notified = [entry for entry in chat.from_bot() if not entry.silent][-PREVIEWS:]
    return [(f"{_moment(entry):%H:%M}", preview_of(entry.message)) for entry in reversed(notified)]


def _moment(entry: Entry) -> datetime:
    return datetime.fromtimestamp(entry.at_ms / 1000, UTC).astimezone(JAPAN)


def _areas(definition: Json) -> list[MenuArea]:
    size: dict[str, Any] = definition["size"]
    areas = []
    for number, area in enumerate(definition["areas"]):
        bounds = area["bounds"]
        sides = {"left": "x", "width": "width", "top": "y", "height": "height"}
        style = "".join(
            f"{css}:{100 * bounds[key] / size['width' if key in ('x', 'width') else 'height']:.3f}%;"
            for css, key in sides.items()
        )
        label = str(area["action"].get("label") or area["action"].get("displayText") or f"{number + 1}")
        areas.append(MenuArea(Choice("menu", None, number, label, area["action"]), style))
    return areas
