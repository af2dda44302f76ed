"""LINE's units of length: UTF-16 code units and grapheme clusters, neither of which is Python's `len`.

Grapheme clusters follow Unicode Standard Annex 29 (extended clusters, rules GB3 to GB13). Python knows the
general category of a character only; the properties that cannot be derived from it are listed here.
"""

import unicodedata

ZWJ, ZWNJ = "\u200d", "\u200c"

# Extended_Pictographic of emoji-data.txt.
PICTOGRAPHS = (
    (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139),
    (0x2194, 0x2199), (0x21A9, 0x21AA), (0x231A, 0x231B), (0x2328, 0x2328), (0x2388, 0x2388),
    (0x23CF, 0x23CF), (0x23E9, 0x23F3), (0x23F8, 0x23FA), (0x24C2, 0x24C2), (0x25AA, 0x25AB),
    (0x25B6, 0x25B6), (0x25C0, 0x25C0), (0x25FB, 0x25FE), (0x2600, 0x2605), (0x2607, 0x2612),
    (0x2614, 0x2685), (0x2690, 0x2705), (0x2708, 0x2712), (0x2714, 0x2714), (0x2716, 0x2716),
    (0x271D, 0x271D), (0x2721, 0x2721), (0x2728, 0x2728), (0x2733, 0x2734), (0x2744, 0x2744),
    (0x2747, 0x2747), (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757),
    (0x2763, 0x2767), (0x2795, 0x2797), (0x27A1, 0x27A1), (0x27B0, 0x27B0), (0x27BF, 0x27BF),
    (0x2934, 0x2935), (0x2B05, 0x2B07), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55),
    (0x3030, 0x3030), (0x303D, 0x303D), (0x3297, 0x3297), (0x3299, 0x3299), (0x1F000, 0x1F0FF),
    (0x1F10D, 0x1F10F), (0x1F12F, 0x1F12F), (0x1F16C, 0x1F171), (0x1F17E, 0x1F17F), (0x1F18E, 0x1F18E),
    (0x1F191, 0x1F19A), (0x1F1AD, 0x1F1E5), (0x1F201, 0x1F20F), (0x1F21A, 0x1F21A), (0x1F22F, 0x1F22F),
    (0x1F232, 0x1F23A), (0x1F23C, 0x1F23F), (0x1F249, 0x1F3FA), (0x1F400, 0x1F53D), (0x1F546, 0x1F64F),
    (0x1F680, 0x1F6FF), (0x1F774, 0x1F77F), (0x1F7D5, 0x1F7FF), (0x1F80C, 0x1F80F), (0x1F848, 0x1F84F),
    (0x1F85A, 0x1F85F), (0x1F888, 0x1F88F), (0x1F8AE, 0x1F8FF), (0x1F90C, 0x1F93A), (0x1F93C, 0x1F945),
    (0x1F947, 0x1FAFF), (0x1FC00, 0x1FFFD),
)  # fmt: skip
# Other_Grapheme_Extend of PropList.txt that is no nonspacing mark: among them the half-width voiced marks.
EXTENDING = (
    (0x9BE, 0x9BE), (0x9D7, 0x9D7), (0xB3E, 0xB3E), (0xB57, 0xB57), (0xBBE, 0xBBE), (0xBD7, 0xBD7),
    (0xCC0, 0xCC0), (0xCC2, 0xCC2), (0xCC7, 0xCC8), (0xCCA, 0xCCB), (0xCD5, 0xCD6), (0xD3E, 0xD3E),
    (0xD57, 0xD57), (0xDCF, 0xDCF), (0xDDF, 0xDDF), (0x302E, 0x302F), (0xFF9E, 0xFF9F), (0x1F3FB, 0x1F3FF),
    (0xE0020, 0xE007F),
)  # fmt: skip
# Spacing marks that do not join what stands before them (UAX 29, table 2) and two letters that do.
NOT_SPACING = (
    (0x102B, 0x102C), (0x1038, 0x1038), (0x1062, 0x1064), (0x1067, 0x106D), (0x1083, 0x1083),
    (0x1087, 0x108C), (0x108F, 0x108F), (0x109A, 0x109C), (0x1A61, 0x1A61), (0x1A63, 0x1A64),
    (0xAA7B, 0xAA7B), (0xAA7D, 0xAA7D),
)  # fmt: skip
SPACING_LETTERS = ((0xE33, 0xE33), (0xEB3, 0xEB3))
PREPENDED = ((0x600, 0x605), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0xD4E, 0xD4E))
# Rule GB9c: consonant, virama, consonant is one cluster in these scripts.
VIRAMAS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d")
CONJOINING = (
    (0x915, 0x939), (0x958, 0x95F), (0x978, 0x97F), (0x995, 0x9B9), (0x9DC, 0x9DF), (0x9F0, 0x9F1),
    (0xA95, 0xAB9), (0xAF9, 0xAF9), (0xB15, 0xB39), (0xB5C, 0xB5F), (0xB71, 0xB71), (0xC15, 0xC39),
    (0xC58, 0xC5A), (0xD15, 0xD3A),
)  # fmt: skip


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units: 2 for 🍎 and 𠮷. Lone surrogates count as one unit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def grapheme_length(text: str) -> int:
    """Length in extended grapheme clusters: 1 for a family emoji, a flag or a letter with its marks."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    kinds = [_kind(character) for character in text]
    breaks = (_breaks(text, kinds, index) for index in range(1, len(text)))
    return min(len(text), 1) + sum(breaks)


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def _kind(character: str) -> str:
    """The Grapheme_Cluster_Break property, with 'Pictograph' for Extended_Pictographic."""
    code = ord(character)
    if character == ZWJ:
        return "ZWJ"
    if character == ZWNJ or _within(code, EXTENDING):
        return "Extend"
    if _within(code, PREPENDED):
        return "Prepend"
    category = unicodedata.category(character)
    if category in ("Mn", "Me"):
        return "Extend"
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return "Control"
    return _kind_of_visible(code, category)


def _kind_of_visible(code: int, category: str) -> str:
    if _within(code, SPACING_LETTERS) or (category == "Mc" and not _within(code, NOT_SPACING)):
        return "SpacingMark"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "Flag"
    if _within(code, PICTOGRAPHS):
        return "Pictograph"
    return _hangul(code)


def _hangul(code: int) -> str:
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "T"
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    return "Other"


# Hangul: rules GB6 to GB8.
JOINED = frozenset(
    (before, after)
    for before, afters in (
        ("L", ("L", "V", "LV", "LVT")),
        ("LV", "VT"),
        ("V", "VT"),
        ("LVT", "T"),
        ("T", "T"),
    )
    for after in afters
)


def _breaks(text: str, kinds: list[str], index: int) -> bool:
    """Whether a cluster ends before the character at `index`."""
    before, after = kinds[index - 1], kinds[index]
    if text[index - 1] == "\r" and text[index] == "\n":
        return False
    if "Control" in (before, after):
        return True
    if after in ("Extend", "ZWJ", "SpacingMark") or before == "Prepend" or (before, after) in JOINED:
        return False
    if before == "ZWJ" and after == "Pictograph":
        return not _joins_pictographs(kinds, index - 1)
    if before == after == "Flag":
        return _flags_before(kinds, index) % 2 == 0
    return not _joins_consonants(text, kinds, index)


def _joins_pictographs(kinds: list[str], joiner: int) -> bool:
    index = joiner - 1
    while index >= 0 and kinds[index] == "Extend":
        index -= 1
    return index >= 0 and kinds[index] == "Pictograph"


def _flags_before(kinds: list[str], index: int) -> int:
    start = index
    while start > 0 and kinds[start - 1] == "Flag":
        start -= 1
    return index - start


def _joins_consonants(text: str, kinds: list[str], index: int) -> bool:
    if not _within(ord(text[index]), CONJOINING):
        return False
    start = index - 1
    while start >= 0 and kinds[start] in ("Extend", "ZWJ"):
        start -= 1
    linked = any(mark in VIRAMAS for mark in text[start + 1 : index])
    return linked and start >= 0 and _within(ord(text[start]), CONJOINING)
