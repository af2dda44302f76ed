"""Reads a posted form: any bytes are taken, half letters and NUL included, and nothing makes it fail."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request

# About 100,000 Japanese letters as a browser sends them: nothing that a person types is refused.
MOST_BYTES = 1024 * 1024
_MOST_FIELDS = 100
_ID = re.compile("[0-9a-f]{32}")


class TooLong(Exception):
    """The form is longer than anything a person writes."""


@dataclass(frozen=True, repr=False)
class Form:
    """What was sent, by the names of the fields."""

    fields: dict[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The first value of a field, its line ends as one sign; empty where there is none."""
        return self.fields.get(name, [""])[0].replace("\r\n", "\n")

    def an_id(self, name: str) -> str:
        """The id in a field; empty where there is none, for what is no id is nobody's."""
        typed = self.one(name)
        return typed if _ID.fullmatch(typed) else ""

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return self.fields.get(name, [])


async def read_form(request: Request) -> Form:
    """The form a browser posted; raises TooLong."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLong
    return parse_form(bytes(body))


def parse_form(body: bytes) -> Form:
    """A form as browsers encode it; what is no form is an empty one."""
    text = body.decode("latin-1")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="surrogatepass", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError:
        return Form()
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return Form(fields)
