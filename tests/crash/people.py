"""What people do at the desk, and how it looks in their chats."""

from simulator.client import Person
from tests.crash.desk import RunningDesk, wait_for

# From 予約 to the number the first choice always goes on; who loses a time to another chooses once more.
GO_ON = LAST_YES = "1"
MOST_STEPS = 10
ANSWER_SECONDS = 60.0
REPLY, PUSH = "/message/reply", "/message/push"


def newcomer(desk: RunningDesk, name: str = "そら") -> Person:
    """Somebody who added the account and was welcomed."""
    person = desk.line.add_user(name)
    desk.line.wait_for_reply(person, timeout=ANSWER_SECONDS)
    return person


def ask(desk: RunningDesk, person: Person, text: str) -> str:
    """Types a text and waits for the answer."""
    desk.line.say(person, text)
    return desk.line.wait_for_reply(person, timeout=ANSWER_SECONDS)[-1].text


def come_to_the_last_question(desk: RunningDesk, person: Person, *, place: int = 1) -> None:
    """Books up to the question whether all is right; `place`: the number of the desk that is chosen."""
    ask(desk, person, "予約")
    told, steps = ask(desk, person, str(place)), 0
    while "これで いいですか" not in told:
        assert (steps := steps + 1) < MOST_STEPS, told
        told = ask(desk, person, GO_ON)


def book(desk: RunningDesk, person: Person, *, place: int = 1) -> None:
    """Books the first time at a desk."""
    come_to_the_last_question(desk, person, place=place)
    assert "予約番号" in ask(desk, person, LAST_YES)


def leave(desk: RunningDesk, person: Person) -> None:
    """Cancels the booking, so that the place is free for the next."""
    ask(desk, person, "取消")
    assert "取り消しました" in ask(desk, person, "1")


def pushed(desk: RunningDesk) -> list[int]:
    """What LINE answered to each push so far."""
    return [call["status"] for call in desk.line.calls(path=PUSH)]


def wait_for_push(desk: RunningDesk, more: int, before: int) -> None:
    """Waits until the desk has pushed so much more than `before`."""
    wait_for(f"{more} more pushes", lambda: len(pushed(desk)) >= before + more)


def shape(desk: RunningDesk, person: Person) -> str:
    """Who spoke when in a chat: `u` the person, `b` the bot."""
    return "".join(message.speaker[0] for message in desk.line.messages(person))


def answers(desk: RunningDesk, person: Person) -> list[str]:
    """What the bot said to a person."""
    return [message.text for message in desk.line.messages(person) if message.speaker == "bot"]


def pushes(desk: RunningDesk, person: Person) -> list[str]:
    """What the bot said to a person by itself."""
    return [message.text for message in desk.line.messages(person) if message.how == "push"]


def numbers(desk: RunningDesk, person: Person) -> int:
    """How often a person was told a booking's number."""
    return sum("予約番号" in text for text in answers(desk, person))


def booked(desk: RunningDesk) -> int:
    """How many bookings stand."""
    return desk.number("SELECT count(*) FROM booking WHERE state = 'confirmed'")


def wait_for_answers(desk: RunningDesk, person: Person, count: int) -> None:
    """Waits until the bot has said so much to a person in all."""
    wait_for(f"{count} answers", lambda: len(answers(desk, person)) >= count)
