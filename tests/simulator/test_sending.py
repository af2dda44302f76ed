"""LINE's rules for what the bot sends: tokens, keys, allowance, who is reached."""

import uuid

from simulator.client import Simulator
from tests.simulator.raw_api import RawApi, quick_replies
from tests.simulator.tiny_bot import TinyBot

HOUR = 3600


def token_of(bot: TinyBot) -> str:
    return str(bot.events[-1]["replyToken"])


def test_a_reply_token_lives_a_minute_from_its_delivery(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.age(59)
    assert api.reply(token_of(bot), "まだ間にあう").status == 200
    line.say(sora, "もう一つ")
    line.age(61)
    late = api.reply(token_of(bot), "おそい")
    assert (late.status, late.body) == (400, {"message": "Invalid reply token"})


def test_a_shifted_clock_does_not_age_a_reply_token(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    line.add_user("そら")
    line.move_clock(24 * HOUR)
    assert api.reply(token_of(bot), "時計だけ進んだ").status == 200


def test_a_redelivered_event_gives_its_token_another_minute(
    line: Simulator, bot: TinyBot, api: RawApi
) -> None:
    sora = line.add_user("そら")
    act = line.say(sora, "こんにちは")
    line.age(61)
    line.send_again(act, is_redelivery=True)
    assert bot.events[-1]["deliveryContext"] == {"isRedelivery": True}
    assert api.reply(token_of(bot), "二度目で").status == 200


def test_twenty_minutes_after_the_event_no_redelivery_helps(
    line: Simulator, bot: TinyBot, api: RawApi
) -> None:
    sora = line.add_user("そら")
    act = line.say(sora, "こんにちは")
    line.age(20 * 60 + 1)
    line.send_again(act, is_redelivery=True)
    assert api.reply(token_of(bot), "おそすぎる").status == 400


def test_a_refused_reply_leaves_the_token_unused(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    line.add_user("そら")
    assert api.reply(token_of(bot), "").status == 400
    assert api.reply(token_of(bot), "はい").status == 200


def test_a_reply_takes_no_retry_key(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    line.add_user("そら")
    body = {"replyToken": token_of(bot), "messages": [{"type": "text", "text": "はい"}]}
    assert api.post("message/reply", body, headers={"X-Line-Retry-Key": str(uuid.uuid4())}).status == 400
    assert api.post("message/reply", body).status == 200


def test_a_retry_key_is_remembered_for_a_day(line: Simulator, api: RawApi) -> None:
    sora, key = line.add_user("そら"), str(uuid.uuid4())
    first = api.push(sora, "一度だけ", key=key)
    again = api.push(sora, "一度だけ", key=key.upper())
    assert (first.status, again.status) == (200, 409)
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.body["sentMessages"] == first.body["sentMessages"]
    line.move_clock(24 * HOUR + 1)
    assert api.push(sora, "一度だけ", key=key).status == 200
    assert len(line.messages(sora)) == 2


def test_a_refused_call_does_not_use_its_retry_key(line: Simulator, api: RawApi) -> None:
    sora, key = line.add_user("そら"), str(uuid.uuid4())
    assert api.push(sora, "", key=key).status == 400
    assert api.push(sora, "はい", key=key).status == 200


def test_a_retry_key_must_be_a_uuid(line: Simulator, api: RawApi) -> None:
    assert api.push(line.add_user("そら"), "はい", key="not-a-uuid").status == 400


def test_a_push_to_a_blocker_is_accepted_and_goes_nowhere(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.block(sora)
    assert api.push(sora, "届かない").status == 200
    assert line.messages(sora) == []
    assert line.calls(how="push")[0]["delivered_to"] == []
    line.set_quota(1)
    line.follow(sora)
    assert api.push(sora, "届く").status == 200


def test_a_stranger_is_reached_for_a_week_after_writing(line: Simulator, api: RawApi) -> None:
    stranger = line.add_person("はな")
    api.push(stranger, "まだ")
    line.say(stranger, "こんにちは")
    api.push(stranger, "はい")
    line.move_clock(7 * 24 * HOUR + 1)
    api.push(stranger, "もう")
    assert [message.text for message in line.messages(stranger)] == ["こんにちは", "はい"]


def test_an_unknown_person_is_refused(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    assert api.push("U" + "0" * 32, "だれ").status == 400
    assert api.push("somebody", "だれ").status == 400
    mixed = {"to": [sora.user_id, "U" + "0" * 32], "messages": [{"type": "text", "text": "みんな"}]}
    assert api.post("message/multicast", mixed).status == 400
    assert line.messages(sora) == []


def test_the_months_allowance_ends_with_429_and_begins_anew(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    line.set_clock("2026-11-30T12:00+09:00")
    line.set_quota(200, used=199)
    assert api.push(sora, "二百通目").status == 200
    over = api.push(sora, "二百一通目")
    assert (over.status, over.body["message"]) == (429, "You have reached your monthly limit.")
    line.set_clock("2026-12-01T00:01+09:00")
    assert api.push(sora, "十二月").status == 200


def test_a_multicast_that_exceeds_the_allowance_reaches_nobody(line: Simulator, api: RawApi) -> None:
    people = [line.add_user(name) for name in ("そら", "やま")]
    line.set_quota(1)
    body = {"to": [person.user_id for person in people], "messages": [{"type": "text", "text": "みんな"}]}
    assert api.post("message/multicast", body).status == 429
    assert [line.messages(person) for person in people] == [[], []]


def test_replies_go_on_when_the_allowance_is_used_up(line: Simulator, bot: TinyBot, api: RawApi) -> None:
    line.add_user("そら")
    line.set_quota(0)
    assert api.reply(token_of(bot), "返事は ただ").status == 200


def test_calls_that_come_too_fast_get_429(api: RawApi) -> None:
    menu = {
        "size": {"width": 800, "height": 250},
        "selected": False,
        "name": "m",
        "chatBarText": "m",
        "areas": [],
    }
    statuses = [api.post("richmenu", menu).status for _ in range(102)]
    assert statuses[:100] == [200] * 100
    assert 429 in statuses[100:]


def test_only_the_right_token_opens_the_door(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    body = {"to": sora.user_id, "messages": [{"type": "text", "text": "はい"}]}
    told = api.post("message/push", body, headers={"Authorization": "Bearer wrong"})
    assert told.status == 401
    assert told.headers["x-line-request-id"]
    assert line.messages(sora) == []


def test_bodies_that_are_no_json_object_are_refused(api: RawApi) -> None:
    assert api.post("message/push", b"{").status == 400
    assert api.post("message/push", b"[]").status == 400
    assert api.post("message/push", {}, headers={"Content-Type": "text/plain"}).status == 415
    assert api.post("message/push", b" " * (2 * 1024 * 1024 + 1)).status == 413
    assert api.post("no/such/path", {}).status == 404


def test_silent_messages_are_marked_so(line: Simulator, api: RawApi) -> None:
    sora = line.add_user("そら")
    body = {"to": sora.user_id, "messages": [quick_replies()], "notificationDisabled": True}
    assert api.post("message/push", body).status == 400
    body["messages"] = [{"type": "text", "text": "しずかに"}]
    assert api.post("message/push", body).status == 200
    assert [message.silent for message in line.messages(sora)] == [True]
