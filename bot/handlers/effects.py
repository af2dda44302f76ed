"""What is carried out when a question is answered (`then`) or a flow is finished (`finish`), by the flow's own word.

An effect returns whether the flow goes on by itself; False means that it has said what comes next.
"""

from collections.abc import Callable

from bot.handlers import booking, intake, relinking, reminding, story, waiting, wishes
from bot.handlers.talk import Frame, Talk

Effect = Callable[[Talk, Frame], bool]

EFFECTS: dict[str, Effect] = {
    "hold": booking.hold,
    "agree_booking": booking.agree_booking,
    "note_knows": booking.note_knows,
    "name": booking.settle_name,
    "check": booking.check,
    "fix": booking.fix,
    "move": booking.move,
    "agree_answers": intake.agree_answers,
    "keep_tonight": intake.keep_tonight,
    "keep_needs": intake.keep_needs,
    "keep_mind": intake.keep_mind,
    "story": story.settle_story,
    "to_staff": story.send_to_staff,
    "agree_wish": wishes.agree_wish,
    "agree_phone": wishes.agree_phone,
    "see_free": waiting.see_free,
    "agree_waiting": waiting.agree_waiting,
    "wish_kind": wishes.choose_kind,
}
FINISHES: dict[str, Effect] = {
    "book": booking.book,
    "intake_done": intake.say_done,
    "wish": wishes.keep_wish,
    "wish_more": wishes.say_more,
    "place_name": wishes.name_place,
    "keep_phone": wishes.keep_phone,
    "wait": waiting.wait,
    "keep_who": booking.keep_who,
    "keep_call": reminding.keep_call,
    "ask_to_link": relinking.ask,
}
