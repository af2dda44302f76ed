"""Reply tokens and retry keys, with the lifetimes LINE gives them."""

from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from simulator.clock import Clock
from simulator.ids import new_token
from simulator.wire import ApiError, Json

# LINE's reference, "Reply token": use it within one minute of receiving the webhook; in a redelivered event
# again one minute from that receipt unless 20 minutes have passed since the event.
SECONDS_TO_REPLY = 60
SECONDS_SINCE_EVENT = 20 * 60
# LINE's reference, "Retrying a failed API request": a retry key is remembered for 24 hours.
RETRY_KEY_MS = 24 * 3600 * 1000


@dataclass
class ReplyToken:
    """One permission to answer; times are seconds on the interval clock."""

    chat_id: str
    made_at: float
    delivered_at: float
    used: bool = False


class ReplyTokens:
    """All reply tokens given out. They age by the interval clock, never by the shifted one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: OrderedDict[str, ReplyToken] = OrderedDict()

    def give_out(self, chat_id: str) -> str:
        """A fresh token for answering in one chat."""
        self._forget_expired()
        token = new_token()
        now = self._clock.elapsed()
        self._tokens[token] = ReplyToken(chat_id, now, now)
        return token

    def delivered(self, token: str) -> None:
        """A webhook with this token goes out now: its minute starts (again, in a redelivery)."""
        if token in self._tokens:
            self._tokens[token].delivered_at = self._clock.elapsed()

    def take(self, token: str) -> str:
        """Use a token up and tell its chat. Raises ApiError 400 when it is unknown, used or too old."""
        known = self._tokens.get(token)
        if known is None or known.used or self._expired(known):
            raise ApiError(400, "Invalid reply token")
        known.used = True
        return known.chat_id

    def _expired(self, token: ReplyToken) -> bool:
        now = self._clock.elapsed()
        return now - token.delivered_at > SECONDS_TO_REPLY or now - token.made_at > SECONDS_SINCE_EVENT

    def _forget_expired(self) -> None:
        now = self._clock.elapsed()
        while self._tokens and now - next(iter(self._tokens.values())).made_at > SECONDS_SINCE_EVENT:
            self._tokens.popitem(last=False)


@dataclass(frozen=True)
class AcceptedRequest:
    """What is remembered of an accepted call that carried a retry key."""

    request_id: str
    at_ms: int
    sent_messages: list[Json] = field(default_factory=list)


class RetryKeys:
    """The retry keys of accepted calls; they expire by the shifted wall clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accepted: dict[str, AcceptedRequest] = {}

    def check(self, key: str | None) -> str | None:
        """The key in normal form. Raises ApiError 400 for no UUID, 409 for one accepted within 24 hours."""
        if key is None:
            return None
        normal = _normal(key)
        earlier = self._accepted.get(normal)
        if earlier is None or self._clock.now_ms() - earlier.at_ms > RETRY_KEY_MS:
            return normal
        raise ApiError(
            409,
            "The retry key is already accepted",
            headers={"x-line-accepted-request-id": earlier.request_id},
            extra={"sentMessages": earlier.sent_messages} if earlier.sent_messages else None,
        )

    def accept(self, key: str | None, request_id: str, sent_messages: list[Json]) -> None:
        """Remember that the call with this key was accepted."""
        if key is not None:
            self._accepted[key] = AcceptedRequest(request_id, self._clock.now_ms(), sent_messages)


def _normal(key: str) -> str:
    """The key in lower case. LINE takes the 36-character form with hyphens only."""
    try:
        normal = str(UUID(key))
    except ValueError:
        normal = ""
    if normal != key.lower():
        raise ApiError(400, "The value for the 'X-Line-Retry-Key' header is invalid")
    return normal
