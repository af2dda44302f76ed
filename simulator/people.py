"""The people and groups the account can meet."""

from dataclasses import dataclass, field
from typing import Literal

from simulator.wire import Json

# LINE's reference, conditions of push: who is no friend can be reached for 7 days after writing.
REACHABLE_AFTER_WRITING_MS = 7 * 24 * 3600 * 1000


@dataclass
class Person:
    """A LINE user as this account knows them."""

    user_id: str
    name: str
    language: str = "ja"
    state: Literal["stranger", "friend", "blocked"] = "stranger"
    wrote_at_ms: int | None = None

    def reachable(self, now_ms: int) -> bool:
        """Whether a message to this person arrives. LINE answers 200 either way."""
        if self.state == "blocked":
            return False
        recent = self.wrote_at_ms is not None and now_ms - self.wrote_at_ms <= REACHABLE_AFTER_WRITING_MS
        return self.state == "friend" or recent

    def profile(self) -> Json:
        """The person in the form of LINE's profile endpoint."""
        return {"userId": self.user_id, "displayName": self.name, "language": self.language}


@dataclass
class Group:
    """A group chat; the account is in it while `joined`."""

    group_id: str
    members: list[str] = field(default_factory=list)
    joined: bool = True
