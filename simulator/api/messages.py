"""Sending messages: reply, push, multicast and their validation."""

import re

from simulator.api.request import ApiRequest, Endpoint
from simulator.chats import How
from simulator.limits import check_messages
from simulator.quota import MULTICAST
from simulator.wire import Answer, ApiError, Json

ID_FORM = re.compile(r"[UCR][0-9a-f]{32}")
# LINE's reference, "Send multicast message".
MULTICAST_RECIPIENTS = 500


def reply(request: ApiRequest) -> Answer:
    """Answer an event. Free; the token is used up even if nobody is there any more."""
    if request.call.retry_key is not None:
        raise ApiError(400, "The retry key can't be used with this endpoint")
    body = request.json()
    token = request.text(body, "replyToken")
    messages = _messages(request, body, "reply")
    chat_id = request.platform.reply_tokens.take(token)
    request.call.recipients = [chat_id]
    return Answer({"sentMessages": _show(request, chat_id, messages, "reply")})


def push(request: ApiRequest) -> Answer:
    """Send to one person or group. Whoever has blocked the account gets nothing, and is not counted."""
    body = request.json()
    to = _recipient(request, body.get("to"))
    messages = _messages(request, body, "push")
    request.call.recipients = [to]
    platform = request.platform
    key = platform.retry_keys.check(request.call.retry_key)
    platform.quota.spend(len(platform.recipients_of(to)))
    sent = _show(request, to, messages, "push")
    platform.retry_keys.accept(key, request.call.request_id, sent)
    return Answer({"sentMessages": sent})


def multicast(request: ApiRequest) -> Answer:
    """Send the same to many people. One unknown id, and nobody gets anything."""
    body = request.json()
    recipients = _recipients(request, body)
    messages = _messages(request, body, "multicast")
    request.call.recipients = recipients
    platform = request.platform
    key = platform.retry_keys.check(request.call.retry_key)
    platform.quota.spend(sum(len(platform.recipients_of(to)) for to in recipients))
    for to in recipients:
        _show(request, to, messages, "multicast")
    platform.retry_keys.accept(key, request.call.request_id, [])
    return Answer({})


def validate(request: ApiRequest) -> Answer:
    """Check message objects without sending them."""
    check_messages(request.json())
    return Answer({})


def _messages(request: ApiRequest, body: Json, how: How) -> list[Json]:
    check_messages(body)
    disabled = body.get("notificationDisabled", False)
    if not isinstance(disabled, bool):
        raise ApiError(400, "The property, 'notificationDisabled', in the request body is invalid")
    call = request.call
    call.how, call.messages, call.notification_disabled = how, body["messages"], disabled
    return call.messages


def _show(request: ApiRequest, chat_id: str, messages: list[Json], how: How) -> list[Json]:
    platform = request.platform
    known = platform.chats[chat_id]
    before = len(known.entries)
    sent = platform.show(chat_id, messages, how, silent=request.call.notification_disabled)
    if len(known.entries) > before:
        request.call.delivered_to.append(chat_id)
    return sent


def _recipients(request: ApiRequest, body: Json) -> list[str]:
    to = body.get("to")
    if not isinstance(to, list) or not 1 <= len(to) <= MULTICAST_RECIPIENTS:
        raise ApiError(400, "The property, 'to', in the request body is invalid")
    people = list(dict.fromkeys(_recipient(request, value) for value in to))
    if any(person in request.platform.groups for person in people):
        raise ApiError(400, "The property, 'to', in the request body is invalid")
    return people


def _recipient(request: ApiRequest, value: object) -> str:
    if not isinstance(value, str) or not ID_FORM.fullmatch(value):
        raise ApiError(400, "The property, 'to', in the request body is invalid")
    request.platform.recipients_of(value)
    return value


ENDPOINTS = [
    Endpoint("POST", "/v2/bot/message/reply", reply),
    Endpoint("POST", "/v2/bot/message/push", push),
    Endpoint("POST", "/v2/bot/message/multicast", multicast, MULTICAST),
    Endpoint("POST", "/v2/bot/message/validate/reply", validate),
    Endpoint("POST", "/v2/bot/message/validate/push", validate),
    Endpoint("POST", "/v2/bot/message/validate/multicast", validate),
]
