"""The account itself, the people in it, its webhook, its allowance, and media that people sent."""

from simulator.api.request import ApiRequest, Endpoint
from simulator.limits.problems import is_uri
from simulator.quota import HOURLY_TEST, LOADING, WEBHOOK_SETTINGS
from simulator.webhooks import encode, sign
from simulator.wire import Answer, ApiError

# LINE's reference, "Set webhook endpoint URL" and "Display a loading animation".
WEBHOOK_URL_LENGTH = 500
LOADING_SECONDS = range(5, 61, 5)
LOADING_DEFAULT = 20


def bot_info(request: ApiRequest) -> Answer:
    """Who the account is."""
    channel = request.platform.channel
    told = {
        "userId": channel.bot_user_id,
        "basicId": "@000aaaaa",
        "displayName": channel.display_name,
        "chatMode": "bot",
        "markAsReadMode": "auto",
    }
    return Answer({**told, "pictureUrl": channel.picture_url} if channel.picture_url else told)


def profile(request: ApiRequest) -> Answer:
    """A person's nickname: 404 for who is unknown, has blocked the account or is no friend of it."""
    person = request.platform.people.get(request.params["user_id"])
    if person is None or person.state != "friend":
        raise ApiError(404, "Not found")
    return Answer(person.profile())


def quota(request: ApiRequest) -> Answer:
    """The monthly allowance."""
    limit = request.platform.quota.limit
    return Answer({"type": "none"} if limit is None else {"type": "limited", "value": limit})


def consumption(request: ApiRequest) -> Answer:
    """How much of the allowance is used."""
    return Answer({"totalUsage": request.platform.quota.used()})


def get_webhook(request: ApiRequest) -> Answer:
    """Where events go."""
    channel = request.platform.channel
    if not channel.webhook_url:
        raise ApiError(404, "The webhook endpoint is not set")
    return Answer({"endpoint": channel.webhook_url, "active": channel.webhook_active})


def set_webhook(request: ApiRequest) -> Answer:
    """Send events elsewhere. LINE takes HTTPS only; here plain HTTP is allowed for this machine."""
    request.platform.channel.webhook_url = _url(request.text(request.json(), "endpoint"))
    return Answer({})


async def test_webhook(request: ApiRequest) -> Answer:
    """Send a body without events and tell how the bot answered."""
    body = request.json() if request.body else {}
    channel = request.platform.channel
    url = _url(body.get("endpoint") or channel.webhook_url)
    payload = encode({"destination": channel.bot_user_id, "events": []})
    attempt = await request.webhooks.post(url, payload, sign(channel.secret, payload))
    moment = request.platform.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Answer(
        {
            "success": attempt.ok,
            "timestamp": moment,
            "statusCode": attempt.status,
            "reason": attempt.reason,
            "detail": str(attempt.status) if attempt.status else attempt.reason,
        }
    )


def start_loading(request: ApiRequest) -> Answer:
    """Show three dots in a person's chat until the next message; 202 even for who has blocked the account."""
    body = request.json()
    person = request.platform.people.get(request.text(body, "chatId"))
    seconds = body.get("loadingSeconds", LOADING_DEFAULT)
    if person is None:
        raise ApiError(400, "Invalid chat ID")
    if seconds not in LOADING_SECONDS:
        raise ApiError(400, "The property, 'loadingSeconds', in the request body is invalid")
    if person.state == "friend":
        chat = request.platform.chats[person.user_id]
        chat.loading_until_ms = request.platform.clock.now_ms() + seconds * 1000
        chat.revision += 1
        request.platform.signal.changed()
    return Answer({}, status=202)


def content(request: ApiRequest) -> Answer:
    """A picture, film, voice or file that a person sent."""
    return request.platform.contents.fetch(request.params["message_id"])


def transcoding(request: ApiRequest) -> Answer:
    """Whether a film or voice is ready to be fetched."""
    waiting = request.platform.contents.get(request.params["message_id"]).answers_before_ready
    return Answer({"status": "processing" if waiting else "succeeded"})


def leave_group(request: ApiRequest) -> Answer:
    """Leave a group. 404 when the account is not in it."""
    group = request.platform.groups.get(request.params["group_id"])
    if group is None or not group.joined:
        raise ApiError(404, "Not found")
    group.joined = False
    return Answer({})


def _url(value: object) -> str:
    if not isinstance(value, str) or len(value) > WEBHOOK_URL_LENGTH or not is_uri(value, ("https", "http")):
        raise ApiError(400, "Invalid webhook endpoint URL")
    local = value.startswith(("http://127.0.0.1", "http://localhost"))
    if not value.startswith("https://") and not local:
        raise ApiError(400, "Invalid webhook endpoint URL")
    return value


ENDPOINTS = [
    Endpoint("GET", "/v2/bot/info", bot_info),
    Endpoint("GET", "/v2/bot/profile/{user_id}", profile),
    Endpoint("GET", "/v2/bot/message/quota", quota),
    Endpoint("GET", "/v2/bot/message/quota/consumption", consumption),
    Endpoint("GET", "/v2/bot/channel/webhook/endpoint", get_webhook, WEBHOOK_SETTINGS),
    Endpoint("PUT", "/v2/bot/channel/webhook/endpoint", set_webhook, WEBHOOK_SETTINGS),
    Endpoint("POST", "/v2/bot/channel/webhook/test", test_webhook, HOURLY_TEST),
    Endpoint("POST", "/v2/bot/chat/loading/start", start_loading, LOADING),
    Endpoint("GET", "/v2/bot/message/{message_id}/content", content),
    Endpoint("GET", "/v2/bot/message/{message_id}/content/transcoding", transcoding),
    Endpoint("POST", "/v2/bot/group/{group_id}/leave", leave_group),
]
