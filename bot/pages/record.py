"""What is kept of somebody's answers, needs and words; all of it under their consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.flows.consents import PAGE, ConsentText, enough
from bot.flows.questionnaire import (
    WORDS,
    Question,
    followers,
    is_void,
    ticked,
)
from bot.flows.questions import Facts
from bot.pages.visit import Visit
from desk.booking import queries as bookings
from desk.clients.consents import agree, stands
from desk.clients.queries import consent_in_force
from desk.conversations import queries as conversation_queries
from desk.conversations import service as conversations
from desk.conversations.queries import MessageRow
from desk.database import Connection
from desk.errors import ConsentMissing
from desk.intake import queries as intake_queries
from desk.intake import service as intake
from desk.needs.codes import BOXES, OWN_BOXES, needs_of_boxes
from desk.needs.tagging import Tagging

_BOX_KEYS = ("boxes", "boxes_most")
FACTS: Facts = {
    "boxes": [(box.code, box.client_word) for box in BOXES],
    "own_boxes": [(box.code, box.client_word) for box in OWN_BOXES],
}


@dataclass(frozen=True, repr=False)
class Record:
    """One person's answers, as their page works with them."""

    db: Connection
    visit: Visit

    @property
    def client_id(self) -> str:
        """Whose it is."""
        return self.visit.client_id

    @property
    def now(self) -> datetime:
        """The moment of the request."""
        return self.visit.now

    @property
    def consented(self) -> bool:
        """Whether answers may be kept, under the words that are asked today."""
        return self.has_agreed(PAGE)

    def has_agreed(self, text: ConsentText) -> bool:
        """Whether the person has said yes to this text as it is today, or to one that says more."""
        return stands(self.db, client_id=self.client_id, purpose=text.purpose, versions=enough(text))

    def agree(self, text: ConsentText) -> None:
        """Writes the consent down with the words it was given to."""
        agree(
            self.db,
            client_id=self.client_id,
            purpose=text.purpose,
            text_version=text.version,
            text=text.words,
            via="page",
            now=self.now,
        )

    def answers(self) -> dict[str, Any]:
        """All answers so far."""
        return intake_queries.answers(self.db, self.visit.house.vault, client_id=self.client_id)

    def keep(self, question: Question, value: Any) -> None:
        """Keeps an answer, or forgets it where nothing is left; what no longer fits goes with it."""
        if value is None:
            self._drop(question.key)
        else:
            self._keep(question.key, value)
        answers = self.answers()
        for follower in followers(question):
            if is_void(follower, answers, FACTS):
                self._drop(follower.key)
        if question.key in _BOX_KEYS:
            self._choose_needs()

    def remove(self, question: Question) -> None:
        """Forgets an answer with all that came of it."""
        if question.key == WORDS:
            message = self.words()
            if message:
                conversations.erase_message(self.db, message_id=message.id)
        self.keep(question, None)

    def words(self) -> MessageRow | None:
        """What was written to the people of that day on this page."""
        kept = self.answers().get(WORDS)
        message_id = kept.get("message") if isinstance(kept, Mapping) else None
        return next((message for message in self.messages() if message.id == message_id), None)

    def keep_words(self, question: Question, text: str, tagging: Tagging) -> None:
        """Keeps what was written in place of what stood there."""
        self.remove(question)
        if text:
            self._keep(WORDS, {"message": self.keep_message("story", text, tagging)})

    def keep_message(self, purpose: str, text: str, tagging: Tagging) -> str:
        """Keeps a text with the needs found in it: a `story` for the people of that day, or for `staff`."""
        vault = self.visit.house.vault
        message_id = conversations.keep_message(
            self.db,
            vault,
            client_id=self.client_id,
            purpose=purpose,
            text=text,
            consent_id=self._consent_id(),
            shared=purpose == "story",
            origin=None,
            now=self.now,
        )
        found = {tag.code: tag.evidence for tag in tagging.needs}
        intake.suggest_needs(
            self.db, vault, client_id=self.client_id, message_id=message_id, found=found, now=self.now
        )
        return message_id

    def messages(self) -> list[MessageRow]:
        """All the person wrote to us, oldest first."""
        rows = conversation_queries.messages_of(self.db, self.visit.house.vault, self.client_id)
        return [row for row in rows if row.direction == "in" and row.kind != "unsent"]

    def _keep(self, key: str, value: Any) -> None:
        vault = self.visit.house.vault
        booking = bookings.live_booking(self.db, vault, client_id=self.client_id)
        if booking is not None and booking.state == "confirmed":
            intake.open_intake(self.db, client_id=self.client_id, booking_id=booking.id, now=self.now)
        intake.keep_answer(
            self.db,
            vault,
            client_id=self.client_id,
            key=key,
            value=value,
            consent_id=self._consent_id(),
            now=self.now,
        )

    def _drop(self, key: str) -> None:
        intake.drop_answer(self.db, client_id=self.client_id, key=key)

    def _choose_needs(self) -> None:
        """The needs the ticked boxes mean, the most troubling first."""
        answers = self.answers()
        codes = dict.fromkeys([*ticked(answers.get("boxes_most")), *ticked(answers.get("boxes"))])
        intake.choose_needs(
            self.db,
            self.visit.house.vault,
            client_id=self.client_id,
            codes=needs_of_boxes(codes),
            now=self.now,
        )

    def _consent_id(self) -> str:
        consent_id = consent_in_force(self.db, client_id=self.client_id, purpose="answers")
        if consent_id is None:
            raise ConsentMissing("answers are kept under a consent only")
        return consent_id
