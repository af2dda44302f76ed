"""The only file that knows LINE's SDK: builds messages, sends them, and names the outcome.

Traps of the SDK it stands in front of (reference: line 4.2): no timeout by itself, faults that are no
ApiException, plain dicts that are emptied silently, exceptions whose text holds headers and bodies.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from linebot.v3.messaging import (  # type: ignore[import-untyped]  # the SDK has no types
    ApiClient,
    ApiException,
    ButtonsTemplate,
    Configuration,
    FlexBox,
    FlexBubble,
    FlexButton,
    FlexMessage,
    FlexText,
    MessagingApi,
    PostbackAction,
    PushMessageRequest,
    QuickReply,
    QuickReplyItem,
    ReplyMessageRequest,
    TemplateMessage,
    TextMessage,
    URIAction,
)
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from bot.flows.speech import Bubble, Button
from bot.limits import (
    ALT_TEXT,
    FLEX_TEXT,
    TEMPLATE_BUTTONS,
    TEMPLATE_TEXT,
    TEXT,
    Wire,
    cut_label,
    graphemes,
    pieces,
)
from desk.discretion import NEUTRAL_NOTICE, telling_word
from desk.messaging.rules import Outcome, Quota
from desk.settings import Settings

HANDS = 32
_TIMEOUT_SECONDS = 10.0
_NUMBER = re.compile(r"^[0-9０-９]+[\s.．]*(?=\S)")


class Line:
    """LINE's Messaging API for the whole process: one client, whose connections all senders share."""

    def __init__(self, settings: Settings) -> None:
        configuration = Configuration(
            host=settings.line_api_base_url.rstrip("/"), access_token=settings.line_channel_access_token
        )
        # The outbox tries again, with its own pauses; nothing below it may.
        configuration.retries = False
        configuration.connection_pool_maxsize = HANDS
        self._client = ApiClient(configuration)
        self._api = MessagingApi(self._client)

    def reply(self, token: str, wire: Wire) -> Outcome:
        """Answers an event; free of charge, and possible once."""
        request = ReplyMessageRequest.from_dict({"replyToken": token, "messages": wire})
        return _named(self._api.reply_message_with_http_info, request)

    def push(self, user_id: str, wire: Wire, *, key: str) -> Outcome:
        """Sends by itself; LINE takes the same `key` (a UUID's 32 digits) once in 24 hours."""
        request = PushMessageRequest.from_dict({"to": user_id, "messages": wire})
        return _named(self._api.push_message_with_http_info, request, x_line_retry_key=str(UUID(key)))

    def quota(self) -> Quota | None:
        """What LINE allows and counts this month; None where it does not say."""
        try:
            allowed = self._api.get_message_quota(_request_timeout=_TIMEOUT_SECONDS)
            counted = self._api.get_message_quota_consumption(_request_timeout=_TIMEOUT_SECONDS)
        except Exception:  # whatever it is, nothing hangs on it: the next hour asks again
            return None
        return Quota(allowed.value if allowed.type == "limited" else None, counted.total_usage)

    def close(self) -> None:
        """Closes the connections."""
        self._client.rest_client.pool_manager.clear()
        self._client.close()


def _named(call: Callable[..., Any], request: Any, **headers: str) -> Outcome:
    try:
        answer = call(request, _request_timeout=_TIMEOUT_SECONDS, **headers)
    except ApiException as fault:
        return _of_status(fault.status or 0, fault.headers or {})
    except (NewConnectionError, ConnectTimeoutError) as fault:
        return Outcome("not_now", type(fault).__name__)
    except Exception as fault:  # a timeout, a dropped connection, half an answer: LINE may have taken it
        return Outcome("unknown", type(fault).__name__)
    return Outcome("accepted", request_id=answer.headers.get("x-line-request-id", ""))


def _of_status(status: int, headers: Any) -> Outcome:
    request_id = headers.get("x-line-request-id", "")
    fault = f"HTTP {status}"
    if status == 409:
        return Outcome("accepted", fault, headers.get("x-line-accepted-request-id", request_id))
    if status in (401, 403):
        return Outcome("no_right", fault, request_id)
    if status == 429:
        return Outcome("too_many", fault, request_id)
    if 400 <= status < 500 and status != 408:
        return Outcome("refused", fault, request_id)
    return Outcome("unknown", fault, request_id)


def build(bubbles: Sequence[Bubble], *, pushed: bool) -> Wire:
    """The messages as LINE takes them. `pushed`: they come by themselves, so a lock screen shows them."""
    messages = list(chain.from_iterable(_messages(bubble, pushed=pushed) for bubble in bubbles))
    quick = [QuickReplyItem(action=_action(button)) for bubble in bubbles for button in bubble.quick]
    if quick:
        # LINE shows quick replies of the last message only.
        messages[-1].quick_reply = QuickReply(items=quick)
    return [message.to_dict() for message in messages]


def _messages(bubble: Bubble, *, pushed: bool) -> Iterator[Any]:
    """One bubble: plain text where that shows nothing, else with a notification text of its own."""
    plain = not bubble.buttons and not bubble.alt and (not pushed or telling_word(bubble.text) is None)
    *first, last = pieces(bubble.text, TEXT if plain else FLEX_TEXT)
    for part in first:
        yield TextMessage(text=part) if plain else _flex(part, (), bubble)
    if plain:
        yield TextMessage(text=last)
    elif 0 < len(bubble.buttons) <= TEMPLATE_BUTTONS and graphemes(last) <= TEMPLATE_TEXT:
        template = ButtonsTemplate(text=last, actions=[_action(button) for button in bubble.buttons])
        yield TemplateMessage(alt_text=_alt(bubble), template=template)
    else:
        yield _flex(last, bubble.buttons, bubble)


def _flex(text: str, buttons: Sequence[Button], bubble: Bubble) -> Any:
    parts = [FlexText(text=text, wrap=True, size="lg")]
    parts += [FlexButton(action=_action(button), style="secondary", margin="md") for button in buttons]
    body = FlexBox(layout="vertical", contents=parts)
    return FlexMessage(alt_text=_alt(bubble), contents=FlexBubble(body=body))


def _action(button: Button) -> Any:
    label = cut_label(button.label)
    if button.uri:
        return URIAction(label=label, uri=button.uri)
    shown = _NUMBER.sub("", label) if button.shown else None
    return PostbackAction(label=label, data=button.data, display_text=shown)


def _alt(bubble: Bubble) -> str:
    """What the lock screen and the list of chats show."""
    line = bubble.alt or bubble.text.strip().partition("\n")[0]
    return pieces(line, ALT_TEXT)[0] if line and telling_word(line) is None else NEUTRAL_NOTICE
