"""How many messages the account may still send this month, and how fast it may call."""

from collections import defaultdict
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from simulator.clock import Clock
from simulator.wire import ApiError

JAPAN = ZoneInfo("Asia/Tokyo")


class Quota:
    """The monthly allowance, counted per recipient; replies are free. `limit` None means none."""

    def __init__(self, clock: Clock, limit: int | None) -> None:
        self._clock = clock
        self.limit = limit
        self._used: defaultdict[str, int] = defaultdict(int)

    def used(self) -> int:
        """Recipients counted in the present month of Japan."""
        return self._used[self._month()]

    def set_used(self, used: int) -> None:
        """What others have sent, such as staff from LINE's own manager."""
        self._used[self._month()] = used

    def spend(self, recipients: int) -> None:
        """Count recipients. Raises ApiError 429, counting nobody, when it does not reach for all."""
        if self.limit is not None and self.used() + recipients > self.limit:
            raise ApiError(429, "You have reached your monthly limit.")
        self._used[self._month()] += recipients

    def _month(self) -> str:
        return self._clock.now().astimezone(JAPAN).strftime("%Y-%m")


@dataclass(frozen=True)
class Rate:
    """So many calls in so many seconds."""

    calls: int
    seconds: float


# LINE's reference, "Rate limits"; every endpoint not named here has the last one.
HOURLY_TEST = Rate(60, 3600)
MENU_CHANGES = Rate(100, 3600)
MENU_LIST = Rate(10, 1)
WEBHOOK_SETTINGS = Rate(1000, 60)
MULTICAST = Rate(200, 1)
LOADING = Rate(100, 1)
OTHERWISE = Rate(2000, 1)


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class RateLimits:
    """A token bucket for each endpoint, on the interval clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def count(self, endpoint: str, rate: Rate) -> None:
        """Count one call. Raises ApiError 429 when the endpoint was called too often."""
        now = self._clock.elapsed()
        bucket = self._buckets.setdefault(endpoint, _Bucket(rate.calls, now))
        refill = (now - bucket.filled_at) * rate.calls / rate.seconds
        bucket.tokens = min(rate.calls, bucket.tokens + refill)
        bucket.filled_at = now
        if bucket.tokens < 1:
            raise ApiError(429, "The API rate limit has been exceeded. Try again later.")
        bucket.tokens -= 1
