"""Consent texts are versioned by their own words; telephones and people are recognised by a folded form."""

import hashlib
import unicodedata
from datetime import date

_TO_HIRAGANA = ord("ァ") - ord("ぁ")


def text_hash(text: str) -> str:
    """The fingerprint kept with a consent, so that it can be shown which words were agreed to."""
    return hashlib.sha256(text.encode()).hexdigest()


def folded_phone(phone: str) -> str:
    """Digits only, half width: what the blind index of a telephone is made of."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", phone) if sign.isdigit())


def heard_name(name: str) -> str:
    """A name as it is heard: any width and case, katakana as hiragana, without spaces. Exactly this is found again."""
    plain = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return "".join(chr(ord(sign) - _TO_HIRAGANA) if "ァ" <= sign <= "ヶ" else sign for sign in plain)


def business_year(day: date) -> int:
    """年度: April to March, named by the year in which it begins."""
    return day.year if day.month >= 4 else day.year - 1
