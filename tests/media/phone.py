"""A phone that sends more than words, takes back and changes; and what photos and voices are made of."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from desk.calendar.particulars import keep_media
from desk.calendar.queries import list_desks
from desk.clients.consents import agree
from desk.conversations.queries import MessageRow, messages_of
from desk.database import new_id
from desk.house import House
from desk.media.contents import check
from desk.media.queries import to_fetch
from desk.media.rules import Checked
from desk.media.service import settle
from tests.family.chat import Chat

AT_LINE = {"contentProvider": {"type": "line"}}
PLACE = {"title": "諏訪の駅前", "address": "長野県諏訪市"}
#: As a phone records it: only the first bytes matter here.
VOICE = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42" + b"voice" * 100
_DESCRIPTION, _ORIENTATION, _ON_ITS_SIDE = 0x010E, 0x0112, 6
WHERE_IT_WAS = "in front of the house"


def photo(width: int = 60, height: int = 40, *, kind: str = "JPEG") -> bytes:
    """A photo taken with the phone on its side, which says beside the picture where that was."""
    picture = Image.new("RGB", (width, height), "teal")
    beside = Image.Exif()
    beside[_DESCRIPTION], beside[_ORIENTATION] = WHERE_IT_WAS, _ON_ITS_SIDE
    out = BytesIO()
    picture.save(out, kind, exif=beside)
    return out.getvalue()


@dataclass(frozen=True)
class Phone(Chat):
    """One person's phone."""

    def sends(self, kind: str, **fields: Any) -> str:
        """Sends a thing; all that is said to it. `id`: LINE's id of it."""
        before = self._last()
        self._hears({"type": "message", "message": {"type": kind, "id": new_id(), **fields}})
        return "\n".join(self.said(after=before))

    def takes_back(self, message_id: str) -> str:
        """送信取消; all that is said to it, which is nothing."""
        before = self._last()
        self._hears({"type": "unsend", "unsend": {"messageId": message_id}})
        return "\n".join(self.said(after=before))

    def changes(self, message_id: str, text: str) -> str:
        """Writes something else in place of what was sent."""
        before = self._last()
        changed = {"type": "text", "id": message_id, "text": text}
        self._hears({"type": "messageEdited", "message": changed})
        return "\n".join(self.said(after=before))

    def agrees(self) -> None:
        """Has said at the desk that we may keep what they tell."""
        with self.house.database.transaction() as db:
            agree(
                db,
                client_id=self.client_id,
                purpose="answers",
                text_version="t",
                text="はい",
                via="panel",
                now=self.house.clock.now(),
            )

    def kept(self) -> tuple[MessageRow, ...]:
        """What the desk has of them, oldest first."""
        with self.house.database.reading() as db:
            return messages_of(db, self.house.vault, self.client_id)

    def in_short(self) -> list[tuple[str, str, str, str | None]]:
        """The same in no order: kind, purpose, words, and how far its photo or voice is."""
        return sorted((row.kind, row.purpose, row.text, row.media_state) for row in self.kept())


def allow_media(house: House, *codes: str) -> None:
    """These desks keep photos and voices; none named: all."""
    with house.database.transaction() as db:
        for desk in list_desks(db):
            if not codes or desk.code in codes:
                keep_media(db, desk_id=desk.id, keeps=True)


def arrives(house: House, body: bytes) -> Checked:
    """What waits first comes from LINE as these bytes, and is checked and kept."""
    now = house.clock.now()
    with house.database.transaction() as db:
        (waiting,) = to_fetch(db, house.vault, now=now, limit=1)
        found = check(waiting.kind, body)
        assert settle(db, house.vault, media_id=waiting.id, found=found, now=now)
    return found
