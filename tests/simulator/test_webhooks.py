"""Webhooks as LINE sends them: signed, in batches, again, twice, out of order, and of kinds nobody knows."""

from simulator.client import Simulator
from simulator.server import running_simulator
from tests.simulator.tiny_bot import SECRET, TOKEN, TinyBot

COMMON = {"type", "webhookEventId", "deliveryContext", "timestamp", "source", "mode"}


def test_every_body_is_signed_and_every_event_complete(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    line.say(sora, "こんにちは")
    assert all(arrival.signed for arrival in bot.arrivals)
    event = bot.events[-1]
    assert event.keys() >= COMMON | {"replyToken", "message"}
    assert len(event["webhookEventId"]) == 26
    assert event["source"] == {"type": "user", "userId": sora.user_id}
    assert event["deliveryContext"] == {"isRedelivery": False}
    assert event["mode"] == "active"


def test_following_and_blocking_are_told(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    line.block(sora)
    line.follow(sora)
    told = [(event["type"], event.get("follow"), "replyToken" in event) for event in bot.events]
    assert told == [
        ("follow", {"isUnblocked": False}, True),
        ("unfollow", None, False),
        ("follow", {"isUnblocked": True}, True),
    ]


def test_several_people_may_come_in_one_body(line: Simulator, bot: TinyBot) -> None:
    sora, yama = line.add_user("そら"), line.add_user("やま")
    line.collect()
    line.say(sora, "一")
    line.say(yama, "二")
    line.send_collected()
    last = bot.arrivals[-1].events
    assert [event["message"]["text"] for event in last] == ["一", "二"]
    assert {event["source"]["userId"] for event in last} == {sora.user_id, yama.user_id}


def test_events_may_come_twice_and_in_the_wrong_order(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    line.collect()
    line.say(sora, "先")
    line.say(sora, "後")
    line.send_collected(together=False, reverse=True, copies=2)
    last = bot.events[-4:]
    assert [event["message"]["text"] for event in last] == ["後", "後", "先", "先"]
    assert len({event["webhookEventId"] for event in last}) == 2
    assert last[0]["timestamp"] > last[-1]["timestamp"]


def test_a_duplicate_is_the_same_event_again(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    line.send_again(line.say(sora, "こんにちは"))
    assert bot.events[-1] == bot.events[-2]


def test_without_redelivery_a_failed_webhook_is_gone(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    bot.statuses = [503]
    assert line.say(sora, "こんにちは").status == 503
    line.say(sora, "次")
    assert [event["message"]["text"] for event in bot.events[1:]] == ["こんにちは", "次"]


def test_with_redelivery_it_comes_again_until_it_is_taken(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    line.set_redelivery(on=True)
    bot.statuses = [500, 500]
    line.say(sora, "こんにちは")
    attempts = line.deliveries(attempts=4)[-1]["attempts"]
    assert [attempt["status"] for attempt in attempts] == [500, 500, 200]
    assert [attempt["is_redelivery"] for attempt in attempts] == [False, True, True]
    first, *again = bot.events[1:]
    assert [event["deliveryContext"]["isRedelivery"] for event in again] == [True, True]
    for event in again:
        assert {**event, "deliveryContext": first["deliveryContext"]} == first


def test_no_answer_within_two_seconds_is_none(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    bot.gate.clear()
    assert line.say(sora, "返事がない").status == 0
    assert line.deliveries()[-1]["attempts"][0]["reason"] == "REQUEST_TIMEOUT"


def test_a_bot_that_is_not_there_is_none_either() -> None:
    with running_simulator("http://127.0.0.1:1/callback", SECRET, TOKEN) as line:
        assert line.say(line.add_person(), "もしもし").status == 0


def test_raw_bodies_go_with_right_wrong_or_no_signature(line: Simulator, bot: TinyBot) -> None:
    assert line.send_raw("not json at all") == 200
    line.send_raw(b"\xff\xfe", signature="wrong")
    line.send_raw("{}", signature="missing")
    assert [arrival.signed for arrival in bot.arrivals] == [True, False, False]
    assert "x-line-signature" not in bot.arrivals[-1].headers


def test_kinds_nobody_knows_can_be_sent(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    line.send_event(sora, {"type": "teleport", "where": "諏訪"})
    line.send_event(
        sora, {"type": "message", "webhookEventId": None, "message": {"type": "smell", "id": "1"}}
    )
    line.send(sora, "hologram", depth=3)
    assert bot.events[-3]["where"] == "諏訪"
    assert "webhookEventId" not in bot.events[-2]
    assert bot.events[-1]["message"]["depth"] == 3


def test_in_standby_there_is_no_reply_token(line: Simulator, bot: TinyBot) -> None:
    line.say(line.add_user("そら"), "だれかと話し中", mode="standby")
    assert bot.events[-1]["mode"] == "standby"
    assert "replyToken" not in bot.events[-1]


def test_an_unsent_message_is_gone_from_the_chat(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    said = line.say(sora, "やっぱり やめます")
    line.unsend(sora, str(said.message_id))
    assert bot.events[-1]["unsend"] == {"messageId": said.message_id}
    assert "replyToken" not in bot.events[-1]
    assert [(message.state, message.text) for message in line.messages(sora)] == [("unsent", "")]


def test_messages_are_edited_in_groups_only(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    group = line.add_group(sora)
    said = line.say(sora, "あした", group=group)
    line.edit(sora, str(said.message_id), "あさって")
    event = bot.events[-1]
    assert (event["type"], event["message"]["text"]) == ("messageEdited", "あさって")
    assert event["source"] == {"type": "group", "groupId": group, "userId": sora.user_id}


def test_strange_characters_arrive_as_they_were_sent(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    for text in ("", "\0", "\ud800", "👨‍👩‍👧‍👦", "あ" * 10_000):
        line.say(sora, text)
        assert bot.events[-1]["message"]["text"] == text
        assert line.messages(sora)[-1].text == text
