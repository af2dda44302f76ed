"""The texts people agree to, each with its purpose and version, and which of them a place may rest on.

To change a text, change its words and its version where it stands: everybody is asked again, kindly, at the next
moment it matters, and loses nothing.
"""

from dataclasses import dataclass

from bot.flows import booking, intake, news, questionnaire, story, waiting, wishes


@dataclass(frozen=True)
class ConsentText:
    """Words that are agreed to. `version` is of its own among the texts of its purpose."""

    purpose: str
    version: str
    words: str


BOOKING = ConsentText("booking", booking.CONSENT_VERSION, booking.CONSENT)
WAITING = ConsentText("booking", waiting.CONSENT_VERSION, waiting.CONSENT)
WISH = ConsentText("booking", wishes.CONSENT_VERSION, wishes.CONSENT)
PHONE = ConsentText("booking", wishes.PHONE_CONSENT_VERSION, wishes.PHONE_CONSENT)
INTAKE = ConsentText("answers", intake.CONSENT_VERSION, intake.CONSENT)
PAGE = ConsentText("answers", questionnaire.CONSENT_VERSION, questionnaire.CONSENT)
STORY = ConsentText("answers", story.CONSENT_VERSION, story.CONSENT)
MEDIA = ConsentText("answers", story.MEDIA_CONSENT_VERSION, story.MEDIA_CONSENT)
NEWS = ConsentText("news", news.CONSENT_VERSION, news.CONSENT)
#: Its own text, or one that says more, is enough at a place.
_ENOUGH = {
    BOOKING: (BOOKING,),
    WAITING: (BOOKING, WISH, WAITING),
    WISH: (BOOKING, WAITING, WISH),
    PHONE: (BOOKING, WISH, PHONE),
    INTAKE: (INTAKE, PAGE, MEDIA),
    PAGE: (INTAKE, PAGE, MEDIA),
    STORY: (INTAKE, PAGE, STORY, MEDIA),
    MEDIA: (MEDIA,),
    NEWS: (NEWS,),
}


def enough(text: ConsentText) -> frozenset[str]:
    """The versions a place may rest on that would ask with this text."""
    return frozenset(each.version for each in _ENOUGH[text])


AGENCY_VERSION = "2026-11"


def agency_text(agency: str) -> ConsentText:
    """What is asked before one agency is told anything."""
    words = (
        f"{agency}に、あなたのことを 話して いいですか。\n"
        "話すのは、手つだいに いることだけです。\n"
        "いつでも やめられます。"
    )
    return ConsentText("agency", AGENCY_VERSION, words)
