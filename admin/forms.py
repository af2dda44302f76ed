"""Reads what was typed into a form: folded to what the desk keeps, or None where it cannot be read."""

import re
import unicodedata
from datetime import date, time
from typing import Annotated

from fastapi import Form, Path

from desk.clients.rules import folded_phone

# The ids of `desk.database.new_id`: anything else is refused before the database sees it.
PathId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
FormId = Annotated[str, Form(pattern="^([0-9a-f]{32})?$")]
Sequence = Annotated[int, Path(ge=1, lt=1 << 62)]

_NUMBER = re.compile(r"\d{1,9}")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST_MAIL = 254
# A day outside of these is a slip of the finger, and nothing can be reckoned from the ends of the calendar.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_PHONE = re.compile(r"0\d{9,10}")


def one_line(text: str) -> str:
    """A line without control signs, with single spaces."""
    return " ".join("".join(" " if _is_control(sign) else sign for sign in text).split())


def some_lines(text: str) -> str:
    """Several lines, without other control signs; nothing where nobody would see a sign of it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(sign for sign in lines if sign == "\n" or not _is_control(sign)).strip()
    return seen if any(_has_width(sign) for sign in seen) else ""


def whole_number(text: str) -> int | None:
    """A number of up to nine digits, also in full width."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return int(folded) if _NUMBER.fullmatch(folded) else None


def telephone(text: str) -> str | None:
    """A Japanese telephone number in any form: its ten or eleven digits, from 0."""
    digits = folded_phone(text)
    return digits if _PHONE.fullmatch(digits) else None


def mail_address(text: str) -> str | None:
    """An address mail can be sent to, in its plain form."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return folded if len(folded) <= _LONGEST_MAIL and _MAIL.fullmatch(folded) else None


def a_day(text: str) -> date | None:
    """2026-11-27, as the browser's field for dates sends it, in the years a desk can mean."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def a_time(text: str) -> time | None:
    """18:30, as the browser's field for times sends it."""
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        return None


def _has_width(sign: str) -> bool:
    """Blanks, and letters that only join others, show nothing by themselves."""
    return unicodedata.category(sign)[0] not in "CZ"


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs"}
