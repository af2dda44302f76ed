"""Webhook events as LINE writes them: what a person did, told to the bot."""

from collections.abc import Callable

from simulator.ids import new_token, new_ulid
from simulator.platform import Platform
from simulator.wire import Json

# LINE's reference, "Webhook event objects": these carry no reply token.
WITHOUT_REPLY_TOKEN = ("unfollow", "leave", "unsend", "memberLeft")


def source_of(user_id: str | None, group_id: str | None = None) -> Json:
    """Where an event comes from: a person, or a person in a group, or a group alone."""
    if group_id is None:
        return {"type": "user", "userId": user_id}
    source: Json = {"type": "group", "groupId": group_id}
    return {**source, "userId": user_id} if user_id else source


def make_event(
    platform: Platform, kind: str, source: Json, body: Json, *, mode: str = "active", at_ms: int | None = None
) -> Json:
    """An event with all that LINE gives every one; in standby mode there is no reply token."""
    timestamp = platform.event_time_ms() if at_ms is None else at_ms
    event: Json = {
        "type": kind,
        **body,
        "webhookEventId": new_ulid(timestamp),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": timestamp,
        "source": source,
        "mode": mode,
    }
    if mode == "active" and kind not in WITHOUT_REPLY_TOKEN:
        event["replyToken"] = platform.reply_tokens.give_out(source.get("groupId") or source["userId"])
    return event


def message_content(kind: str, given: Json, message_id: str) -> Json:
    """The `message` of an event for what a person sent; `given` holds what the sender chose."""
    content: Json = {"type": kind, "id": message_id, "markAsReadToken": new_token()}
    if kind in ("text", "image", "video", "sticker"):
        content["quoteToken"] = new_token()
    build = BUILDERS.get(kind)
    return {**content, **(build(given) if build else given)}


def _text(given: Json) -> Json:
    return {"text": given["text"], **{key: given[key] for key in ("emojis", "mention") if key in given}}


def _sticker(given: Json) -> Json:
    sticker = {
        "packageId": "446",
        "stickerId": "1988",
        "stickerResourceType": "STATIC",
        "keywords": ["Hello"],
    }
    return {key: given.get(key, value) for key, value in sticker.items()}


def _media(given: Json) -> Json:
    return {"contentProvider": {"type": "line"}, **_chosen(given, "imageSet")}


def _timed_media(given: Json) -> Json:
    return {"contentProvider": {"type": "line"}, "duration": given.get("duration", 4000)}


def _file(given: Json) -> Json:
    return {"fileName": given.get("fileName", "paper.pdf"), "fileSize": given["fileSize"]}


def _location(given: Json) -> Json:
    place = {"title": "諏訪の駅前", "address": "長野県諏訪市", "latitude": 36.0469, "longitude": 138.1208}
    return {key: given.get(key, value) for key, value in place.items()}


def _chosen(given: Json, *keys: str) -> Json:
    return {key: given[key] for key in keys if key in given}


BUILDERS: dict[str, Callable[[Json], Json]] = {
    "text": _text,
    "sticker": _sticker,
    "image": _media,
    "video": _timed_media,
    "audio": _timed_media,
    "file": _file,
    "location": _location,
}
