"""Whatever happens on the way to LINE has a name, and no call of it takes longer than ten seconds."""

import socket
from collections.abc import Iterator

import pytest

from bot.flows.speech import Bubble
from bot.line import Line, build
from desk.database import new_id
from desk.messaging.rules import Outcome
from simulator.calls import FaultKind
from simulator.client import Simulator
from simulator.server import running_simulator
from tests.messaging.scene import SECRET, TOKEN, settings

WIRE = build([Bubble("こんにちは")], pushed=False)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """LINE's stand-in."""
    with running_simulator("", SECRET, TOKEN) as sim:
        yield sim


@pytest.fixture
def line(sim: Simulator) -> Iterator[Line]:
    """The gateway that leads to it."""
    line = Line(settings(f"{sim.base_url}/"))
    yield line
    line.close()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "refused"),
        (401, "no_right"),
        (403, "no_right"),
        (404, "refused"),
        (408, "unknown"),
        (409, "accepted"),
        (410, "refused"),
        (413, "refused"),
        (415, "refused"),
        (429, "too_many"),
        (500, "unknown"),
        (502, "unknown"),
        (503, "unknown"),
    ],
)
def test_each_status_has_its_meaning(sim: Simulator, line: Line, status: int, kind: str) -> None:
    sim.fail_next(status=status)
    outcome = line.push("U" + "0" * 32, WIRE, key=new_id())
    assert (outcome.kind, outcome.fault) == (kind, f"HTTP {status}")


@pytest.mark.parametrize("fault", ["drop", "half"])
def test_a_broken_answer_leaves_the_outcome_open(sim: Simulator, line: Line, fault: FaultKind) -> None:
    sim.fail_next(fault)
    assert line.push("U" + "0" * 32, WIRE, key=new_id()).kind == "unknown"


def test_a_push_tells_lines_own_number_of_the_request(sim: Simulator, line: Line) -> None:
    person, key = sim.add_user(), new_id()
    first = line.push(person.user_id, WIRE, key=key)
    again = line.push(person.user_id, WIRE, key=key)
    (call, _) = sim.calls()
    assert first == Outcome("accepted", request_id=call["request_id"])
    assert again == Outcome("accepted", "HTTP 409", call["request_id"])


def test_where_nobody_listens_nothing_was_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        line = Line(settings(f"http://127.0.0.1:{closed.getsockname()[1]}"))
    assert line.reply("f" * 32, WIRE) == Outcome("not_now", "NewConnectionError")
    line.close()


def test_a_line_that_never_answers_is_given_up_after_ten_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = Line(settings(f"http://127.0.0.1:{silent.getsockname()[1]}"))
        assert line.reply("f" * 32, WIRE) == Outcome("unknown", "ReadTimeoutError")
        line.close()
