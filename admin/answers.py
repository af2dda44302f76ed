"""What a person answered before the visit, in the officers' words: what to mind, what troubles them, how they live."""

from collections.abc import Mapping, Sequence
from typing import Any

from desk.booking.contact import Contact
from desk.needs.codes import BOX_BY_CODE, GROUPS, Group

Told = Mapping[str, Any]

_GROUP_OF = {group.code: group for group in GROUPS}
_MIND = {
    "reading": "読むのが苦手です。紙は読んで伝えてください。",
    "acquaintance": "知り合いに会いたくないそうです。入口や廊下でも、気をつけてください。",
    "no_contact": "家に連絡しないでください。",
    "ears_legs": "耳や足に心配があります。ゆっくり話し、席は入口の近くに。",
}
_CONTACT = {
    "line_only": "連絡はLINEだけにしてください。",
    "telephone": "電話でもいいそうです。",
    "not_home": "家に連絡しないでください。",
    "morning": "連絡は午前がいいそうです。",
    "afternoon": "連絡は午後がいいそうです。",
    "evening": "連絡は夕方や夜がいいそうです。",
}
_TONIGHT = {
    "both": "今夜ねる所と食べるものは、ある",
    "no_bed": "ねる所がない",
    "no_food": "食べるものがない",
    "afraid": "こわいことがある",
}
_HOW_THEY_LIVE = {
    "work": {"working": "仕事をしている", "looking": "仕事をさがしている", "not_now": "いまは仕事ができない"},
    "home": {
        "settled": "すむ所はある",
        "leaving": "もうすぐ家を出る",
        "staying": "人の家や店にいる",
        "nowhere": "すむ所がない",
    },
    "money": {"enough": "お金は足りている", "tight": "お金はぎりぎり", "short": "お金が足りない"},
}
_AGENCIES = {
    "city": "市役所・役場",
    "living": "まいさぽ",
    "welfare": "生活保護",
    "work": "ハローワーク",
    "hospital": "病院・クリニック",
    "care": "福祉・介護のサービス",
    "law": "弁護士・法テラス",
    "none": "とくにない",
}


def minded(told: Told) -> list[str]:
    """What the person asked to be minded, and how they may be reached, in whole sentences."""
    lines = [_MIND[value] for value in _several(told.get("mind")) if value in _MIND]
    contact = told.get("contact") or {}
    lines += [_CONTACT[value] for value in contact.get("chosen", ()) if value in _CONTACT]
    if contact.get("written"):
        lines.append(f"言わないでほしいこと：「{contact['written']}」")
    return list(dict.fromkeys(lines))


def cares(contact: Contact) -> tuple[tuple[str, bool], ...]:
    """The same of all they answered before whichever visit, said once; with True, what is closed to us."""
    lines = {line: False for once in contact.told for line in minded(once)}
    closed = {(_MIND | _CONTACT)[key]: True for key in sorted(contact.closed)}
    return tuple((lines | closed).items())


def chosen_groups(told: Told) -> tuple[Group, ...]:
    """The groups of trouble a person pressed, the worst first."""
    values = dict.fromkeys([*_several(told.get("worst")), *_several(told.get("others"))])
    return tuple(_GROUP_OF[value] for value in values if value in _GROUP_OF)


def chosen_words(groups: Sequence[Group]) -> tuple[str, ...]:
    """「すむ所（いちばん）」「書類・手つづき」"""
    return tuple(
        f"{group.name}（いちばん）" if place == 0 else group.name for place, group in enumerate(groups)
    )


def more_lines(told: Told) -> list[tuple[str, str]]:
    """What was answered on the private page beyond the three questions, as head and words."""
    lines = [
        ("話したいこと", "、".join(_boxes(told))),
        ("いまのようす", "、".join(_how_they_live(told))),
        ("使っている所", "、".join(_agencies(told))),
    ]
    return [(head, words) for head, words in lines if words]


def all_lines(told: Told) -> list[tuple[str, str]]:
    """All answers, as head and words."""
    lines = [
        ("今夜のこと", _TONIGHT.get(str(told.get("tonight", "")), "")),
        ("困っていること", "、".join(chosen_words(chosen_groups(told)))),
        ("気をつけること", "".join(minded(told))),
    ]
    return [*((head, words) for head, words in lines if words), *more_lines(told)]


def _boxes(told: Told) -> list[str]:
    ticked = [code for code in _several(told.get("boxes")) if code in BOX_BY_CODE]
    most = told.get("boxes_most")
    ordered = sorted(ticked, key=lambda code: code != most)
    return [BOX_BY_CODE[code].name + ("（いちばん）" if code == most else "") for code in ordered]


def _how_they_live(told: Told) -> list[str]:
    return [words[told[key]] for key, words in _HOW_THEY_LIVE.items() if told.get(key) in words]


def _agencies(told: Told) -> list[str]:
    answer = told.get("agencies") or {}
    named = [_AGENCIES[value] for value in answer.get("chosen", ()) if value in _AGENCIES]
    return [*named, *([answer["written"]] if answer.get("written") else [])]


def _several(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
