"""Many people, many copies, several processes: each thing happens once, and nobody waits for another."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.client import Act, Person
from tests.crash.desk import RunningDesk, wait_for
from tests.crash.people import answers, ask, book, booked, newcomer, numbers, pushes, shape, wait_for_answers

THREE_DAYS_BEFORE, THE_DAY_BEFORE = "2026-11-24T12:00:30+09:00", "2026-11-26T18:00:30+09:00"
COPIES = [3, pytest.param(50, marks=pytest.mark.soak)]
WAITING = 80
PLACES = (1, 2, 3)


@pytest.fixture(scope="module")
def big_desk(lasting_desk: RunningDesk) -> RunningDesk:
    """On PostgreSQL two of each process; on SQLite the one."""
    if not lasting_desk.database.is_sqlite:
        lasting_desk.start("web 2", "worker 2")
    return lasting_desk


def _at_once(works: list[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(works)) as hands:
        for done in [hands.submit(work) for work in works]:
            done.result()


@pytest.mark.parametrize("copies", COPIES)
def test_what_waits_together_is_done_once_and_in_its_order(big_desk: RunningDesk, copies: int) -> None:
    crowd = [newcomer(big_desk, name) for name in ("そら", "やま", "もり")]
    big_desk.line.collect()
    acts = [big_desk.line.say(person, text) for person in crowd for text in ("予約", "1", "もどる")]
    big_desk.line.send_collected(together=True, reverse=True, copies=copies)
    for person in crowd:
        wait_for_answers(big_desk, person, 4)
    _deliver_again(big_desk, acts)
    big_desk.settle()
    for person in crowd:
        # もどる comes last by LINE's time, and leads back to the first question.
        assert shape(big_desk, person) == "buuubbb"
        assert answers(big_desk, person)[-1] == answers(big_desk, person)[1]


def _deliver_again(desk: RunningDesk, acts: list[Act]) -> None:
    """LINE sends all of it once more, to another process where there is one."""
    if "web 2" in desk.processes:
        desk.listen_to("web 2")
    for act in acts:
        assert desk.line.send_again(act, is_redelivery=True)["attempts"][0]["status"] == 200
    desk.listen_to(desk.usual[0])


def test_one_person_with_very_much_to_say_delays_nobody(big_desk: RunningDesk) -> None:
    hot, other = newcomer(big_desk, "そら"), newcomer(big_desk, "やま")
    big_desk.line.collect()
    for _ in range(WAITING):
        big_desk.line.say(hot, "ヘルプ")
    big_desk.line.send_collected(together=True)
    before = len(answers(big_desk, hot))
    ask(big_desk, other, "ヘルプ")
    meanwhile = len(answers(big_desk, hot)) - before
    # The control: the other's answer came while very many of the first one's still waited.
    assert meanwhile < WAITING / 2
    wait_for_answers(big_desk, hot, WAITING + 1)
    big_desk.settle()
    assert len(answers(big_desk, hot)) == WAITING + 1
    assert len(answers(big_desk, other)) == 2


def test_each_person_books_once_and_is_reminded_once(big_desk: RunningDesk) -> None:
    crowd = [(newcomer(big_desk, "そら"), place) for place in PLACES for _ in range(2)]
    _at_once([_booking(big_desk, person, place) for person, place in crowd])
    assert booked(big_desk) == len(crowd)
    for told, moment in enumerate((THREE_DAYS_BEFORE, THE_DAY_BEFORE), start=1):
        big_desk.set_clock(moment)
        for person, _ in crowd:
            _wait_for_pushes(big_desk, person, told)
    big_desk.settle()
    assert [(numbers(big_desk, person), len(pushes(big_desk, person))) for person, _ in crowd] == [(1, 2)] * 6
    assert len(big_desk.line.calls(path="/message/push")) == 2 * len(crowd)


def _booking(desk: RunningDesk, person: Person, place: int) -> Callable[[], None]:
    return lambda: book(desk, person, place=place)


def _wait_for_pushes(desk: RunningDesk, person: Person, count: int) -> None:
    wait_for(f"{count} reminders", lambda: len(pushes(desk, person)) >= count)
