"""The only file that knows LINE's SDK: builds messages, sends them, and names the outcome.

Traps of the SDK it stands in front of (reference: line 4.2): no timeout by itself, faults that are no
ApiException, plain dicts that are emptied silently, exceptions whose text holds headers and bodies.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import Any
from urllib.parse import quote
from uuid import UUID

from linebot.v3.messaging import (  # type: ignore[import-untyped]  # the SDK has no types
    ApiClient,
    ApiException,
    ButtonsTemplate,
    Configuration,
    CreateRichMenuAliasRequest,
    FlexBox,
    FlexBubble,
    FlexButton,
    FlexMessage,
    FlexText,
    MessagingApi,
    MessagingApiBlob,
    PostbackAction,
    PushMessageRequest,
    QuickReply,
    QuickReplyItem,
    ReplyMessageRequest,
    RichMenuRequest,
    SetWebhookEndpointRequest,
    TemplateMessage,
    TestWebhookEndpointRequest,
    TextMessage,
    UpdateRichMenuAliasRequest,
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
from desk.discretion import on_lock_screen, telling_word
from desk.errors import DeskError
from desk.messaging.rules import Outcome, Quota
from desk.settings import Settings

HANDS = 32
_TIMEOUT_SECONDS = 10.0
_OK, _NOT_READY = 200, 202
_NUMBER = re.compile(r"^[0-9０-９]+[\s.．]*(?=\S)")


class Line:
    """LINE's Messaging API for the whole process: one client, whose connections all senders share."""

    def __init__(self, settings: Settings) -> None:
        self._client = _client(settings, settings.line_api_base_url)
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
        _close(self._client)


class LineFault(DeskError):
    """LINE did not do what was asked of the account. `status`: what it answered, 0 where nothing came."""

    def __init__(self, status: int) -> None:
        super().__init__(f"LINE answered {status}" if status else "LINE did not answer")
        self.status = status


class TooBig(DeskError):
    """What somebody sent is larger than what is taken."""


@dataclass(frozen=True)
class WhoWeAre:
    """The account as people see it, and LINE's time when it told so, where it says."""

    name: str
    picture: str | None
    told_at: datetime | None


@dataclass(frozen=True)
class WebhookTest:
    """What LINE saw when it sent our webhook a body without events: its status (0: none) and LINE's reason."""

    works: bool
    status: int
    reason: str


class Account:
    """The account itself: who it is, its webhook, its rich menus. Everything here may raise LineFault."""

    def __init__(self, settings: Settings) -> None:
        self._clients = [
            _client(settings, host) for host in (settings.line_api_base_url, settings.line_data_api_base_url)
        ]
        self._api = MessagingApi(self._clients[0])
        self._data_api = MessagingApiBlob(self._clients[1])

    def close(self) -> None:
        """Closes the connections."""
        for client in self._clients:
            _close(client)

    def who(self) -> WhoWeAre:
        """Name and picture of the account."""
        answer = _asked(self._api.get_bot_info_with_http_info)
        date = answer.headers.get("date")
        told_at = parsedate_to_datetime(date) if date else None
        return WhoWeAre(answer.data.display_name, answer.data.picture_url, told_at)

    def webhook(self) -> tuple[str, bool] | None:
        """Where events go, and whether sending them is switched on; None where no address is set."""
        found = _asked_for(self._api.get_webhook_endpoint)
        return None if found is None else (found.endpoint, found.active)

    def set_webhook(self, url: str) -> None:
        """Lets events go there; LINE itself judges the address (400), not the SDK."""
        _asked(self._api.set_webhook_endpoint, SetWebhookEndpointRequest.construct(endpoint=url))

    def test_webhook(self, url: str) -> WebhookTest:
        """Lets LINE try the address; 60 times an hour."""
        seen = _asked(self._api.test_webhook_endpoint, TestWebhookEndpointRequest(endpoint=url))
        return WebhookTest(bool(seen.success), seen.status_code, seen.reason)

    def menus(self) -> dict[str, str]:
        """The rich menus made by this interface, others' too: id and name."""
        return {menu.rich_menu_id: menu.name for menu in _asked(self._api.get_rich_menu_list).richmenus}

    def make_menu(self, definition: Mapping[str, Any], picture: bytes) -> str:
        """Makes a rich menu with its picture (PNG); its id. 100 an hour may be made or deleted."""
        request = RichMenuRequest.from_dict(dict(definition))
        menu_id = str(_asked(self._api.create_rich_menu, request).rich_menu_id)
        png = {"Content-Type": "image/png"}
        _asked(self._data_api.set_rich_menu_image, menu_id, bytearray(picture), _headers=png)
        return menu_id

    def delete_menu(self, menu_id: str) -> None:
        """Deletes a rich menu; whoever was shown it is shown the usual one."""
        _asked(self._api.delete_rich_menu, menu_id)

    def menu_named(self, alias: str) -> str | None:
        """The id of the menu that has this alias."""
        found = _asked_for(self._api.get_rich_menu_alias, alias)
        return None if found is None else str(found.rich_menu_id)

    def name_menu(self, alias: str, menu_id: str) -> None:
        """Gives this menu the alias, whichever had it before."""
        if self.menu_named(alias) is None:
            request = CreateRichMenuAliasRequest(rich_menu_alias_id=alias, rich_menu_id=menu_id)
            _asked(self._api.create_rich_menu_alias, request)
        else:
            _asked(self._api.update_rich_menu_alias, alias, UpdateRichMenuAliasRequest(rich_menu_id=menu_id))

    def usual_menu(self) -> str | None:
        """The id of the menu of everybody who has none of their own."""
        found = _asked_for(self._api.get_default_rich_menu_id)
        return None if found is None else str(found.rich_menu_id)

    def set_usual_menu(self, menu_id: str) -> None:
        """Shows this menu to everybody who has none of their own."""
        _asked(self._api.set_default_rich_menu, menu_id)

    def show_menu(self, user_id: str, menu_id: str | None) -> None:
        """Shows one person this menu, or the usual one again; nothing happens to somebody who blocks the account."""
        if menu_id is None:
            _asked(self._api.unlink_rich_menu_id_from_user, user_id)
        else:
            _asked(self._api.link_rich_menu_id_to_user, user_id, menu_id)

    def contents(self, message_id: str, *, at_most: int) -> bytes | None:
        """The photo or voice of a message; None while LINE is preparing it. LineFault 404 or 410: it is gone.

        Raises TooBig as soon as more than `at_most` bytes come; the SDK itself would read on to whatever end.
        """
        client = self._clients[1]
        try:
            answer = client.rest_client.pool_manager.request(
                "GET",
                f"{client.configuration.host}/v2/bot/message/{quote(message_id, safe='')}/content",
                headers={"Authorization": f"Bearer {client.configuration.access_token}"},
                preload_content=False,
                redirect=False,
                timeout=_TIMEOUT_SECONDS,
            )
            with closing(answer):
                status, body = answer.status, answer.read(at_most + 1) if answer.status == _OK else b""
        except Exception:  # no connection, a timeout, half an answer
            raise LineFault(0) from None
        if status not in (_OK, _NOT_READY):
            raise LineFault(status)
        if len(body) > at_most:
            raise TooBig(f"more than {at_most} bytes")
        return body if status == _OK else None


def _client(settings: Settings, host: str) -> ApiClient:
    configuration = Configuration(host=host.rstrip("/"), access_token=settings.line_channel_access_token)
    # The outbox tries again, with its own pauses; nothing below it may.
    configuration.retries = False
    configuration.connection_pool_maxsize = HANDS
    return ApiClient(configuration)


def _close(client: ApiClient) -> None:
    client.rest_client.pool_manager.clear()
    client.close()


def _asked(call: Callable[..., Any], *given: Any, **options: Any) -> Any:
    try:
        return call(*given, _request_timeout=_TIMEOUT_SECONDS, **options)
    except ApiException as fault:
        raise LineFault(fault.status or 0) from None
    except Exception:  # no connection, a timeout, half an answer, or one the SDK cannot read
        raise LineFault(0) from None


def _asked_for(call: Callable[..., Any], *given: Any) -> Any:
    """The same for what may not be there: None then."""
    try:
        return _asked(call, *given)
    except LineFault as fault:
        if fault.status == 404:
            return None
        raise


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
    return pieces(on_lock_screen(bubble.alt or bubble.text), ALT_TEXT)[0]
