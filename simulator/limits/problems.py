"""Gathering what is wrong with a request, in the words and places LINE uses for it."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from simulator.units import grapheme_length, utf16_length
from simulator.wire import ApiError, Json

COLOR = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
# LINE's reference: addresses of pictures and films.
URL_LENGTH = 2000


@dataclass
class Problems:
    """The faults found so far; `messages[0].text` and the like say where."""

    details: list[Json] = field(default_factory=list)

    def add(self, where: str, message: str) -> None:
        """Note one fault."""
        self.details.append({"message": message, "property": where})

    def raise_if_any(self) -> None:
        """Raise ApiError 400 with all faults."""
        if self.details:
            count = len(self.details)
            raise ApiError(400, f"The request body has {count} error(s)", details=self.details)

    def text(self, node: Json, key: str, where: str, *, limit: int, unit: str, required: bool = True) -> str:
        """Check a string; `unit` is 'utf16' or 'grapheme'. Answers the string, or '' when it is no good."""
        value = node.get(key)
        at = join(where, key)
        if value is None and not required:
            return ""
        if not isinstance(value, str):
            self.add(at, "May not be empty" if value is None else "Must be a string")
            return ""
        length = utf16_length(value) if unit == "utf16" else grapheme_length(value)
        if length > limit or (required and not value):
            self.add(
                at, f"Length must be between {int(required)} and {limit}" if value else "May not be empty"
            )
            return ""
        return value

    def one_of(
        self, node: Json, key: str, where: str, allowed: tuple[str, ...], *, required: bool = False
    ) -> str:
        """Check a word out of a fixed list."""
        value = node.get(key)
        if value is None and not required:
            return ""
        if value not in allowed:
            self.add(join(where, key), f"Must be one of the following values: [{', '.join(allowed)}]")
            return ""
        return str(value)

    def whole(
        self, node: Json, key: str, where: str, *, low: int, high: int, required: bool = True
    ) -> int | None:
        """Check a whole number."""
        value = node.get(key)
        if value is None and not required:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.add(join(where, key), f"Must be between {low} and {high}")
            return None
        return value

    def color(self, node: Json, key: str, where: str) -> None:
        """Check a colour such as #00AA11 or, with opacity, #00AA1180."""
        value = node.get(key)
        if value is not None and not (isinstance(value, str) and COLOR.fullmatch(value)):
            self.add(join(where, key), "invalid color")

    def https_url(self, node: Json, key: str, where: str, *, required: bool = True) -> None:
        """Check the address of a picture, film or sound: HTTPS, percent-encoded, 2,000 characters."""
        value = self.text(node, key, where, limit=URL_LENGTH, unit="utf16", required=required)
        if value and not is_uri(value, ("https",)):
            self.add(join(where, key), "invalid uri scheme")

    def items(self, node: Json, key: str, where: str, *, low: int, high: int) -> list[Json]:
        """Check a list of objects and answer those that are objects."""
        value = node.get(key)
        at = join(where, key)
        if not isinstance(value, list):
            self.add(at, "May not be empty")
            return []
        if not low <= len(value) <= high:
            self.add(at, f"Size must be between {low} and {high}")
        return [child for child in value if self.is_object(child, at)]

    def is_object(self, value: object, where: str) -> bool:
        """Check that a value is a JSON object."""
        if not isinstance(value, dict):
            self.add(where, "Must be an object")
        return isinstance(value, dict)

    def object(self, node: Json, key: str, where: str, *, required: bool = True) -> Json | None:
        """Check an object inside an object."""
        value = node.get(key)
        if value is None and not required:
            return None
        if value is None:
            self.add(join(where, key), "May not be empty")
            return None
        return value if self.is_object(value, join(where, key)) else None


def join(where: str, key: str) -> str:
    """The place of a key inside a place: `messages[0].text`, or `/body/text` inside a flex message."""
    if where.startswith("/"):
        return where.rstrip("/") + "/" + key
    return f"{where}.{key}" if where else key


def is_uri(value: str, schemes: tuple[str, ...]) -> bool:
    """Whether an address is percent-encoded and of one of these schemes."""
    if not value.isascii() or any(character.isspace() for character in value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    needs_host = parts.scheme in ("http", "https")
    return parts.scheme in schemes and bool(parts.netloc if needs_host else value.partition(":")[2])
