"""Consent texts are versioned by their own words; telephones and people are recognised by a folded form."""

import hashlib
import unicodedata


def text_hash(text: str) -> str:
    """The fingerprint kept with a consent, so that it can be shown which words were agreed to."""
    return hashlib.sha256(text.encode()).hexdigest()


def folded_phone(phone: str) -> str:
    """Digits only, half width: what the blind index of a telephone is made of."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", phone) if sign.isdigit())
