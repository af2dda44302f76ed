"""Every conversation stands as a transcript that reads like the desk speaks."""

from functools import partial
from operator import attrgetter
from pathlib import Path

import pytest

from bot.flows.script import FLOWS, OFFERS
from desk.database import Database
from tests.engines import in_turns
from tests.journeys.openapi import DESCRIPTION, faults_of
from tests.journeys.opened import opened_desk
from tests.journeys.staff_acts import do
from tests.journeys.transcripts import FOLDER, compare, moment_of, replay

REQUESTS = {"reply": "ReplyMessageRequest", "push": "PushMessageRequest"}
#: Said because of what staff do in the panel; the journeys through the panel show them.
NOT_FROM_A_CHAT = {"waiting_in_vain", "plan_changed", "plan_cancelled"}
NUMBER = {"name": "よりそいホットライン", "number": "0120-279-338", "hours": "24時間"}
DESK = {
    "code": "suwa",
    "name": "諏訪",
    "place": "市民館",
    "way_in": "",
    "door": "",
    "map_url": "",
    "dates": ["2026-11-27T10:00"],
}
FACTS = {
    "starts": "2026-11-27T10:00",
    "ends": "2026-11-27T10:50",
    "number": "2047",
    "about": "self",
    "place": "諏訪・市民館 3階 会議室B",
    "way_in": "",
    "door": "",
    "name": "そら",
    "codes": [],
    "numbers": [NUMBER],
    "how": "text",
    "next_reading": "",
    "text": "手ぶらで来てください。",
    "what": "image",
    "booked": False,
    "harmed": "・性犯罪被害相談電話（警察） #8103",
    "promises": ["「わたしの記録」で、いつでも 消せます。"],
    "desks": [DESK],
    "bookings": 0,
    "answers": 0,
    "messages": 0,
    "phones": 0,
    "waits": 0,
    "plans": 0,
    "news": 0,
    "all_three": True,
    "found": 2,
    "slots": [1],
    "free": [{"starts": "2026-11-27T10:00", "desk": "諏訪"}],
    "desk": "諏訪",
    "december_closed": True,
    "consented": True,
    "free_text": "page",
    "until": "2026-11-14T11:00",
    "from": "2026-11-20T10:00",
    "offered_for": "wish",
    "replaces": False,
    "way": "place",
    "link": "",
    "purposes": ["booking"],
    "agencies": 0,
    "purpose": "booking",
    "given": "2026-11-12",
    "via": "line",
    "words": "「いい」",
    "chosen": {"starts": "2026-11-27T10:00", "ends": "2026-11-27T10:50", "place": "諏訪・市民館"},
}


SCRIPTS = in_turns(sorted(FOLDER.glob("*.txt")), attrgetter("stem"))


@pytest.mark.parametrize(("path", "database"), SCRIPTS, indirect=["database"])
def test_the_conversation_goes_as_written(path: Path, database: Database, tmp_path: Path) -> None:
    script = path.read_text()
    with opened_desk(database, tmp_path, moment_of(script)) as desk:
        written = replay(script, desk.line, partial(do, desk.house))
        calls = [call for way in REQUESTS for call in desk.line.calls(path=f"/message/{way}")]
    assert [call for call in calls if not call["accepted"]] == []
    for call in calls:
        assert faults_of(REQUESTS[call["path"].rpartition("/")[2]], call["body"]) == []
    compare(path, written)


def test_a_message_against_the_description_is_found() -> None:
    if DESCRIPTION.exists():
        assert faults_of("PushMessageRequest", {"to": "U1", "messages": [{"type": "text"}]})
        assert faults_of("PushMessageRequest", {"to": "U1", "messages": [{"type": "whisper", "text": "x"}]})


def test_every_question_and_every_offer_appears_in_a_conversation() -> None:
    spoken = "".join(path.read_text() for path in FOLDER.glob("*.txt"))
    missing = [name for name, text in _last_lines().items() if text not in spoken]
    assert missing == []


def _last_lines() -> dict[str, str]:
    """The last line of each offer and each question that need no facts to be said."""
    found = {}
    for name, offer in OFFERS.items():
        if name not in NOT_FROM_A_CHAT:
            found[name] = _last_line(offer.text(FACTS))
    for flow in FLOWS.values():
        for question in flow.questions:
            found[f"{flow.name}.{question.key}"] = _last_line(question.ask({}, FACTS))
    return found


def _last_line(text: str) -> str:
    """Enough to recognise a message by; empty where all of it hangs on facts."""
    return text.splitlines()[-1].split("で あいている")[-1] if text else ""
