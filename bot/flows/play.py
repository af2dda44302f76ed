"""Try a flow in the terminal: `python -m bot.flows.play booking`. Type numbers or words; Ctrl-D ends.

Nothing is stored and nothing is carried out: it shows which question follows from which answer, and how each reads.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from bot.flows import engine
from bot.flows.engine import Outcome, Reply
from bot.flows.script import BEFORE, FLOWS, speak

FACTS: dict[str, Any] = {
    "desks": [{"code": "suwa", "name": "諏訪"}, {"code": "ueda", "name": "上田"}],
    "slots": [
        {"id": "s1", "starts": "2026-11-27T10:00", "ends": "2026-11-27T10:50", "place": "諏訪・市民館"},
        {"id": "s2", "starts": "2026-11-27T11:00", "ends": "2026-11-27T11:50", "place": "諏訪・市民館"},
    ],
    "chosen": {"starts": "2026-11-27T10:00", "ends": "2026-11-27T10:50", "place": "諏訪・市民館"},
    "more_slots": False,
    "free": [{"id": "s1", "starts": "2026-11-27T10:00", "desk": "諏訪"}],
    "december_closed": True,
    "taken_names": [],
    "has_phone": False,
    "consented": False,
    "free_text": "page",
}


def play(name: str, typed: Iterable[str]) -> Iterator[str]:
    """The conversation that follows from what is typed, line by line."""
    flow, answers, before = FLOWS[name], dict[str, Any](), ""
    replies = iter(typed)
    while (question := engine.next_question(flow, answers, FACTS)) is not None:
        facts = {"flow": name, "question": question.key, "id": "play", "answers": answers, "facts": FACTS}
        (bubble,) = speak([{"kind": "ask", "facts": facts}])
        buttons = "".join(f"\n  [{button.label}]" for button in bubble.buttons)
        yield f"{before}{bubble.text}{buttons}"
        text = next(replies, None)
        if text is None:
            return
        turn = engine.take(question, answers, FACTS, Reply(text=text))
        answers = dict(turn.answers)
        before = "" if turn.outcome is Outcome.ANSWERED else f"{BEFORE['not_understood']}\n"
    yield f"（おわり：{answers}）"


def main() -> None:
    """Plays the flow named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1] not in FLOWS:
        sys.exit(f"usage: python -m bot.flows.play {'|'.join(FLOWS)}")
    for said in play(sys.argv[1], (line.rstrip("\n") for line in sys.stdin)):
        print(said, end="\n> ", flush=True)


if __name__ == "__main__":
    main()
