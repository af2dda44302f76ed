"""LINE's official SDK works against the simulator as it does against LINE."""

import uuid

from simulator.client import Simulator
from simulator.contents import draw_png
from tests.simulator.sdk import Sdk, messaging, parse, refused, text
from tests.simulator.tiny_bot import TinyBot


def test_a_reply_reaches_the_chat_once_and_costs_nothing(line: Simulator, bot: TinyBot, sdk: Sdk) -> None:
    sora = line.add_user("そら")
    line.say(sora, "こんにちは")
    token = bot.events[-1]["replyToken"]
    reply = messaging.ReplyMessageRequest(replyToken=token, messages=[text("はい"), text("どうぞ")])
    answer = sdk.api.reply_message(reply)
    assert [message.text for message in line.wait_for_reply(sora, count=2)] == ["はい", "どうぞ"]
    assert len(answer.sent_messages) == 2
    assert answer.sent_messages[0].quote_token
    assert sdk.api.get_message_quota_consumption().total_usage == 0
    with refused(400) as refusal:
        sdk.api.reply_message(reply)
    assert refusal.body == {"message": "Invalid reply token"}


def test_a_push_with_the_same_retry_key_is_accepted_once(line: Simulator, sdk: Sdk) -> None:
    sora = line.add_user("そら")
    key = str(uuid.uuid4())
    push = messaging.PushMessageRequest(to=sora.user_id, messages=[text("予定のおしらせ")])
    first = sdk.api.push_message_with_http_info(push, x_line_retry_key=key)
    with refused(409) as conflict:
        sdk.api.push_message(push, x_line_retry_key=key)
    assert conflict.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert conflict.body["sentMessages"][0]["id"] == first.data.sent_messages[0].id
    assert len(line.messages(sora)) == 1


def test_quota_counts_people_and_not_messages(line: Simulator, sdk: Sdk) -> None:
    sora, yama = line.add_user("そら"), line.add_user("やま")
    both = [sora.user_id, yama.user_id]
    sdk.api.multicast(messaging.MulticastRequest(to=both, messages=[text("一つ"), text("二つ")]))
    sdk.api.push_message(messaging.PushMessageRequest(to=sora.user_id, messages=[text("三つ")]))
    assert sdk.api.get_message_quota_consumption().total_usage == 3
    quota = sdk.api.get_message_quota()
    assert (quota.type, quota.value) == ("limited", 200)
    assert [message.how for message in line.messages(sora)] == ["multicast", "multicast", "push"]


def test_a_profile_is_there_for_friends_only(line: Simulator, sdk: Sdk) -> None:
    sora = line.add_user("そら")
    profile = sdk.api.get_profile(sora.user_id)
    assert (profile.display_name, profile.language) == ("そら", "ja")
    line.block(sora)
    with refused(404):
        sdk.api.get_profile(sora.user_id)


def test_the_account_tells_who_it_is(sdk: Sdk) -> None:
    info = sdk.api.get_bot_info()
    assert info.user_id.startswith("U")
    assert info.chat_mode == "bot"


def menu() -> messaging.RichMenuRequest:
    area = messaging.RichMenuArea(
        bounds=messaging.RichMenuBounds(x=0, y=0, width=800, height=250),
        action=messaging.PostbackAction(label="予定", data="plan", displayText="予定"),
    )
    size = messaging.RichMenuSize(width=800, height=250)
    return messaging.RichMenuRequest(
        size=size, selected=True, name="main", chatBarText="メニュー", areas=[area]
    )


def menu_with_picture(sdk: Sdk) -> str:
    menu_id = str(sdk.api.create_rich_menu(menu()).rich_menu_id)
    sdk.blob.set_rich_menu_image(menu_id, body=draw_png(800, 250), _headers={"Content-Type": "image/png"})
    return menu_id


def test_a_rich_menu_needs_its_picture_before_it_is_shown(line: Simulator, bot: TinyBot, sdk: Sdk) -> None:
    sora = line.add_user("そら")
    bare = sdk.api.create_rich_menu(menu()).rich_menu_id
    with refused(400):
        sdk.api.set_default_rich_menu(bare)
    menu_id = menu_with_picture(sdk)
    assert bytes(sdk.blob.get_rich_menu_image(menu_id)) == draw_png(800, 250)
    sdk.api.set_default_rich_menu(menu_id)
    assert sdk.api.get_default_rich_menu_id().rich_menu_id == menu_id
    assert sdk.api.get_rich_menu_list().richmenus[1].chat_bar_text == "メニュー"
    assert sdk.api.get_rich_menu(menu_id).areas[0].action.data == "plan"
    line.press(sora, "予定")
    assert bot.events[-1]["postback"] == {"data": "plan"}
    assert line.visible(sora, device="pc")["richMenu"] == []


def test_an_alias_can_be_moved_to_a_new_menu(line: Simulator, sdk: Sdk) -> None:
    sora = line.add_user("そら")
    old, new = menu_with_picture(sdk), menu_with_picture(sdk)
    sdk.api.create_rich_menu_alias(
        messaging.CreateRichMenuAliasRequest(richMenuAliasId="main", richMenuId=old)
    )
    sdk.api.update_rich_menu_alias("main", messaging.UpdateRichMenuAliasRequest(richMenuId=new))
    assert sdk.api.get_rich_menu_alias("main").rich_menu_id == new
    assert [alias.rich_menu_alias_id for alias in sdk.api.get_rich_menu_alias_list().aliases] == ["main"]
    sdk.api.link_rich_menu_id_to_user(sora.user_id, new)
    assert sdk.api.get_rich_menu_id_of_user(sora.user_id).rich_menu_id == new
    sdk.api.unlink_rich_menu_id_from_user(sora.user_id)
    sdk.api.delete_rich_menu_alias("main")
    sdk.api.delete_rich_menu(old)
    assert len(sdk.api.get_rich_menu_list().richmenus) == 1


def test_a_menus_picture_can_not_be_replaced_and_must_fit(sdk: Sdk) -> None:
    png = {"Content-Type": "image/png"}
    menu_id = menu_with_picture(sdk)
    with refused(400):
        sdk.blob.set_rich_menu_image(menu_id, body=draw_png(800, 250), _headers=png)
    bare = sdk.api.create_rich_menu(menu()).rich_menu_id
    with refused(400):
        sdk.blob.set_rich_menu_image(bare, body=draw_png(900, 250), _headers=png)


def test_a_photo_can_be_fetched_until_it_is_unsent(line: Simulator, bot: TinyBot, sdk: Sdk) -> None:
    sora = line.add_user("そら")
    sent = line.send(sora, "image", content=b"the photo", preparing=1)
    assert bot.events[-1]["message"]["contentProvider"] == {"type": "line"}
    state = sdk.blob.get_message_content_transcoding_by_message_id(sent.message_id).status
    assert state == "processing"
    assert sdk.blob.get_message_content_with_http_info(sent.message_id).status_code == 202
    assert bytes(sdk.blob.get_message_content(sent.message_id)) == b"the photo"
    line.unsend(sora, str(sent.message_id))
    with refused(410):
        sdk.blob.get_message_content(sent.message_id)
    with refused(404):
        sdk.blob.get_message_content("1")


def test_the_webhook_can_be_moved_and_tested(bot: TinyBot, sdk: Sdk) -> None:
    sdk.api.set_webhook_endpoint(messaging.SetWebhookEndpointRequest(endpoint=bot.url))
    endpoint = sdk.api.get_webhook_endpoint()
    assert (endpoint.endpoint, endpoint.active) == (bot.url, True)
    tested = sdk.api.test_webhook_endpoint(messaging.TestWebhookEndpointRequest())
    assert (tested.success, tested.status_code) == (True, 200)
    assert bot.arrivals[-1].events == []
    assert bot.arrivals[-1].signed
    bot.statuses = [500]
    assert not sdk.api.test_webhook_endpoint(messaging.TestWebhookEndpointRequest()).success


def test_loading_dots_show_until_the_next_message(line: Simulator, sdk: Sdk) -> None:
    sora = line.add_user("そら")
    start = messaging.ShowLoadingAnimationRequest
    sdk.api.show_loading_animation(start(chatId=sora.user_id, loadingSeconds=10))
    assert line.visible(sora)["loading"]
    sdk.api.push_message(messaging.PushMessageRequest(to=sora.user_id, messages=[text("はい")]))
    assert not line.visible(sora)["loading"]
    with refused(400):
        sdk.api.show_loading_animation(start(chatId=sora.user_id, loadingSeconds=7))


def test_messages_can_be_checked_without_sending(sdk: Sdk) -> None:
    sdk.api.validate_push(messaging.ValidateMessageRequest(messages=[text("はい")]))
    with refused(400) as refusal:
        sdk.api.validate_push(messaging.ValidateMessageRequest(messages=[text("あ" * 5001)]))
    assert refusal.body["details"][0]["property"] == "messages[0].text"


def test_the_sdk_can_read_every_kind_of_event(line: Simulator, bot: TinyBot) -> None:
    sora = line.add_user("そら")
    for kind in ("sticker", "image", "video", "audio", "file", "location"):
        line.send(sora, kind)
    said = line.say(sora, "こんにちは")
    line.postback(sora, "data")
    line.unsend(sora, str(said.message_id))
    group = line.add_group(sora)
    spoken = line.say(sora, "みなさん", group=group)
    line.edit(sora, str(spoken.message_id), "みなさま")
    line.remove_from_group(group)
    line.block(sora)
    parsed = [event for arrival in bot.arrivals for event in parse(arrival)]
    # What the SDK cannot read it turns into an UnknownEvent.
    assert "UnknownEvent" not in {type(event).__name__ for event in parsed}
    last = ["unsend", "join", "message", "messageEdited", "leave", "unfollow"]
    assert [event.type for event in parsed][-6:] == last
