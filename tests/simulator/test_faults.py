"""A network that fails: errors, delays, dropped connections, halves of answers, calls held back."""

import threading
import uuid

import pytest
import urllib3

from simulator.client import Simulator, SimulatorError
from tests.simulator.raw_api import RawApi


def test_the_next_calls_fail_and_those_after_succeed(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.fail_next(status=503, times=2)
    assert [api.push(sora, "はい").status for _ in range(3)] == [503, 503, 200]
    assert len(line.messages(sora)) == 1


def test_a_fault_may_wait_for_one_path(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.fail_next(status=500, path="/multicast")
    assert api.push(sora, "はい").status == 200
    body = {"to": [sora.user_id], "messages": [{"type": "text", "text": "はい"}]}
    assert api.post("message/multicast", body).status == 500


def test_an_error_may_hide_an_accepted_call(line: Simulator, api: RawApi) -> None:
    sora, key = line.add_user("そら"), str(uuid.uuid4())
    line.fail_next(status=500, accepted=True)
    assert api.push(sora, "はい", key=key).status == 500
    assert api.push(sora, "はい", key=key).status == 409
    assert len(line.messages(sora)) == 1


def test_a_connection_is_dropped_after_the_call_was_accepted(line: Simulator, api: RawApi) -> None:
    sora, key = line.add_user("そら"), str(uuid.uuid4())
    line.fail_next("drop")
    with pytest.raises(urllib3.exceptions.ProtocolError):
        api.push(sora, "はい", key=key)
    assert len(line.messages(sora)) == 1
    assert api.push(sora, "はい", key=key).status == 409


def test_a_connection_is_dropped_before_the_call_was_accepted(line: Simulator, api: RawApi) -> None:
    sora, key = line.add_user("そら"), str(uuid.uuid4())
    line.fail_next("drop", accepted=False)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        api.push(sora, "はい", key=key)
    assert line.messages(sora) == []
    assert api.push(sora, "はい", key=key).status == 200


def test_half_an_answer_comes(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.fail_next("half")
    with pytest.raises(urllib3.exceptions.ProtocolError):
        api.push(sora, "はい")
    assert len(line.messages(sora)) == 1


def test_a_call_hangs_until_the_caller_gives_up(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.fail_next("hang")
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        api.push(sora, "はい", timeout=0.2)
    assert line.messages(sora) == []


def test_an_answer_comes_late(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.fail_next("delay", milliseconds=300)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        api.push(sora, "はい", timeout=0.1)
    assert [message.text for message in line.wait_for_reply(sora)] == ["はい"]


def test_held_calls_go_on_when_they_are_released(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.fail_next("hold")
    statuses: list[int] = []
    caller = threading.Thread(target=lambda: statuses.append(api.push(sora, "はい").status))
    caller.start()
    assert line.calls(path="/push", count=1)[0]["status"] is None
    assert line.messages(sora) == []
    line.release()
    caller.join()
    assert statuses == [200]


def test_waiting_for_what_does_not_come_fails_the_test(line: Simulator) -> None:
    sora = line.add_user("そら")
    with pytest.raises(SimulatorError):
        line.wait_for_reply(sora, timeout=0.05)
    with pytest.raises(SimulatorError):
        line.calls(count=1, timeout=0.05)
    with pytest.raises(SimulatorError):
        line.deliveries(attempts=9, timeout=0.05)


def test_every_call_is_on_record(line: Simulator, api: RawApi) -> None:
    sora, key = line.add_user("そら"), str(uuid.uuid4())
    api.push(sora, "はい", key=key)
    api.push(sora, "")
    good, bad = line.calls(path="/push")
    assert (good["how"], good["recipients"], good["retry_key"]) == ("push", [sora.user_id], key)
    assert good["messages"] == [{"type": "text", "text": "はい"}]
    assert (good["accepted"], bad["accepted"], bad["status"]) == (True, False, 400)
    assert line.calls(accepted=True) == [good]
