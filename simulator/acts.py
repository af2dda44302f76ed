"""What people do in LINE, each act changing their chat and yielding the events the bot is told of."""

import base64
import binascii
from dataclasses import dataclass, field

from simulator.chats import Chat
from simulator.choices import STAYING, Choice
from simulator.contents import MEDIA_TYPES, SAMPLE_NAMES, Content, sample_content
from simulator.events import make_event, message_content, source_of
from simulator.ids import new_message_id, new_token
from simulator.people import Group, Person
from simulator.platform import Platform
from simulator.wire import ApiError, Json


@dataclass(frozen=True)
class Done:
    """What came of an act, and the events to deliver for it."""

    result: Json = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)


def person_of(platform: Platform, user_id: str) -> Person:
    """The person with this id. Raises ApiError 404."""
    if user_id not in platform.people:
        raise ApiError(404, "there is no such person")
    return platform.people[user_id]


def group_of(platform: Platform, group_id: str) -> Group:
    """The group with this id. Raises ApiError 404."""
    if group_id not in platform.groups:
        raise ApiError(404, "there is no such group")
    return platform.groups[group_id]


def follow(platform: Platform, user_id: str) -> Done:
    """Add the account as a friend, or unblock it."""
    person = person_of(platform, user_id)
    unblocked = person.state == "blocked"
    person.state = "friend"
    _acted(platform, user_id)
    body = {"follow": {"isUnblocked": unblocked}}
    return Done(events=[make_event(platform, "follow", source_of(user_id), body)])


def block(platform: Platform, user_id: str) -> Done:
    """Block the account: it is told once, and reaches the person no more."""
    person = person_of(platform, user_id)
    if person.state == "blocked":
        raise ApiError(409, "the person has blocked the account already")
    person.state = "blocked"
    _acted(platform, user_id)
    return Done(events=[make_event(platform, "unfollow", source_of(user_id), {})])


def send(platform: Platform, user_id: str, given: Json) -> Done:
    """Send a message of any kind; `given` has its `type`, what the kind needs, and perhaps group and mode."""
    person = person_of(platform, user_id)
    if person.state == "blocked" and not given.get("group"):
        raise ApiError(409, "the person has blocked the account; unblock it first")
    chat = _chat_of(platform, user_id, given.get("group"))
    kind = str(given.get("type", "text"))
    if kind == "text" and not isinstance(given.get("text"), str):
        raise ApiError(400, "a text message needs a text")
    message_id = new_message_id()
    if kind in MEDIA_TYPES:
        given = {**given, **_keep_content(platform, kind, message_id, given)}
    fields = {key: value for key, value in given.items() if key not in ("type", *NOT_SENT)}
    content = message_content(kind, fields, message_id)
    at_ms = platform.event_time_ms()
    chat.add_from_user(content, author=user_id, message_id=message_id, at_ms=at_ms)
    if not given.get("group"):
        person.wrote_at_ms = at_ms
    platform.signal.changed()
    source, mode = source_of(user_id, given.get("group")), str(given.get("mode", "active"))
    event = make_event(platform, "message", source, {"message": content}, mode=mode, at_ms=at_ms)
    return Done({"messageId": message_id}, [event])


def unsend(platform: Platform, user_id: str, message_id: str) -> Done:
    """Take a sent message back: its words and media are gone."""
    chat, group_id = _chat_with(platform, user_id, message_id)
    entry = chat.find(message_id)
    entry.state, entry.message = "unsent", {"type": entry.message["type"], "id": message_id}
    platform.contents.withdraw(message_id)
    _acted(platform, chat.chat_id)
    body = {"unsend": {"messageId": message_id}}
    return Done(events=[make_event(platform, "unsend", source_of(user_id, group_id), body)])


def edit(platform: Platform, user_id: str, message_id: str, text: str) -> Done:
    """Change the words of a sent message, which LINE allows in groups only."""
    chat, group_id = _chat_with(platform, user_id, message_id)
    if group_id is None:
        raise ApiError(409, "messages can be edited in groups only")
    entry = chat.find(message_id)
    entry.state, entry.message = "edited", {**entry.message, "text": text, "quoteToken": new_token()}
    _acted(platform, chat.chat_id)
    body = {"message": entry.message}
    return Done(events=[make_event(platform, "messageEdited", source_of(user_id, group_id), body)])


def postback(
    platform: Platform, user_id: str, data: str, display_text: str | None, params: Json | None
) -> Done:
    """Press something that sends data; its display text, if it has one, appears in the chat."""
    person_of(platform, user_id)
    chat = platform.chats[user_id]
    if display_text:
        shown = {"type": "text", "text": display_text}
        chat.add_from_user(shown, author=user_id, message_id=None, at_ms=platform.clock.now_ms())
    _acted(platform, user_id)
    body: Json = {"postback": {"data": data, **({"params": params} if params else {})}}
    return Done({"action": "postback"}, [make_event(platform, "postback", source_of(user_id), body)])


def press(platform: Platform, user_id: str, choice: Choice, params: Json | None) -> Done:
    """Press a button, a quick reply or an area of the rich menu and do what it does."""
    if person_of(platform, user_id).state == "blocked":
        raise ApiError(409, "the person has blocked the account; unblock it first")
    action, chat = choice.action, platform.chats[user_id]
    kind = action["type"]
    if choice.place == "quick_reply" and (kind not in STAYING or params):
        chat.entry(choice.entry or 0).quick_reply_used = True
    if kind in ("uri", "clipboard"):
        return _open(platform, chat, action)
    if kind == "message":
        done = send(platform, user_id, {"type": "text", "text": action["text"]})
    elif kind in ("camera", "cameraRoll"):
        done = send(platform, user_id, {"type": "image"})
    elif kind == "location":
        done = send(platform, user_id, {"type": "location"})
    else:
        done = _press_for_data(platform, user_id, action, params)
    return Done({**done.result, "action": kind}, done.events)


def join(platform: Platform, members: list[str]) -> Done:
    """Invite the account into a new group."""
    for user_id in members:
        person_of(platform, user_id)
    group = platform.add_group(members)
    event = make_event(platform, "join", source_of(None, group.group_id), {})
    return Done({"groupId": group.group_id}, [event])


def remove_from_group(platform: Platform, group_id: str) -> Done:
    """Put the account out of a group."""
    group_of(platform, group_id).joined = False
    return Done(events=[make_event(platform, "leave", source_of(None, group_id), {})])


NOT_SENT = ("group", "mode", "content", "preparing", "wait")


def _press_for_data(platform: Platform, user_id: str, action: Json, params: Json | None) -> Done:
    if action["type"] == "datetimepicker":
        if not params or list(params) != [action["mode"]]:
            raise ApiError(400, f"a date or time has to be picked: params with {action['mode']}")
        return postback(platform, user_id, action["data"], None, params)
    if action["type"] == "richmenuswitch":
        menu_id = platform.menus.alias(action["richMenuAliasId"])
        platform.menus.of_user[user_id] = menu_id
        switched = {"newRichMenuAliasId": action["richMenuAliasId"], "status": "SUCCESS"}
        return postback(platform, user_id, action["data"], None, switched)
    return postback(platform, user_id, action["data"], action.get("displayText") or action.get("text"), None)


def _open(platform: Platform, chat: Chat, action: Json) -> Done:
    kind = action["type"]
    if kind == "clipboard":
        return Done({"action": kind, "text": action["clipboardText"]})
    uri = action.get("uri") or action["linkUri"]
    chat.opened.append(uri)
    _acted(platform, chat.chat_id)
    return Done({"action": kind, "uri": uri})


def _keep_content(platform: Platform, kind: str, message_id: str, given: Json) -> Json:
    try:
        data = (
            base64.b64decode(given["content"], validate=True) if "content" in given else sample_content(kind)
        )
    except (binascii.Error, TypeError, ValueError) as error:
        raise ApiError(400, "content must be base64") from error
    preparing = int(given.get("preparing", 0))
    platform.contents.keep(message_id, Content(data, MEDIA_TYPES[kind], preparing))
    return {"fileSize": len(data), "fileName": given.get("fileName", SAMPLE_NAMES[kind])}


def _chat_of(platform: Platform, user_id: str, group_id: str | None) -> Chat:
    if group_id is None:
        return platform.chats[user_id]
    if not group_of(platform, group_id).joined:
        raise ApiError(409, "the account is not in this group")
    return platform.chats[group_id]


def _chat_with(platform: Platform, user_id: str, message_id: str) -> tuple[Chat, str | None]:
    """The chat in which this person sent this message, and its group if it is one."""
    person_of(platform, user_id)
    for chat in platform.chats.values():
        for entry in chat.entries:
            if entry.message_id == message_id and entry.author == user_id and entry.state != "unsent":
                return chat, chat.chat_id if chat.chat_id in platform.groups else None
    raise ApiError(404, "the person has sent no such message")


def _acted(platform: Platform, chat_id: str) -> None:
    platform.chats[chat_id].mark_act()
    platform.signal.changed()
