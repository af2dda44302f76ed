"""職員に書く: one field, of any length, and the truth about when it is read."""

from starlette.responses import Response

from bot.flows.consents import STORY
from bot.pages import danger
from bot.pages.record import Record
from bot.pages.view import go
from bot.pages.visit import Visit
from desk.clients import links
from desk.needs.service import read
from desk.needs.tagging import Tagging


def show(visit: Visit) -> Response:
    """The field."""
    with visit.reading() as db:
        consented = Record(db, visit).has_agreed(STORY)
    return _page(visit, "", consented=consented)


def send(visit: Visit) -> Response:
    """Keeps it for staff under consent; a second press sends nothing twice, and danger is answered first."""
    text, agreed = visit.form.one("words").strip(), visit.form.one("agreed") == "yes"
    tagging = read(text)
    with visit.writing() as db:
        record = Record(db, visit)
        consented = record.has_agreed(STORY)
        first = _keep(record, text, tagging) if text and (consented or agreed) else None
    return _page(visit, text, consented=consented) if first is None else go(first or "/sent")


def _keep(record: Record, text: str, tagging: Tagging) -> str:
    """Keeps it once; says which page comes first, empty where there is none."""
    heard = danger.in_text(tagging)
    if _was_sent(record, text):
        return danger.answer(record.db, record.visit, heard, again=True)
    if not record.has_agreed(STORY):
        record.agree(STORY)
    record.keep_message("staff", text, tagging)
    return danger.answer(record.db, record.visit, heard)


def say_sent(visit: Visit) -> Response:
    """Who reads, and when next."""
    with visit.reading() as db:
        reading = danger.next_reading(db, client_id=visit.client_id, now=visit.now)
    return visit.page("sent.html", next_reading=reading)


def _page(visit: Visit, text: str, *, consented: bool) -> Response:
    return visit.page("write.html", written=text, lines=[] if consented else STORY.words.splitlines())


def _was_sent(record: Record, text: str) -> bool:
    """Whether these words were sent from this page already: a button was pressed twice."""
    opened_at = record.visit.write_until - links.WRITE_WITHIN
    return any(
        row.purpose == "staff" and row.at >= opened_at and row.text == text for row in record.messages()
    )
