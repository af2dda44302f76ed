"""The 22 needs, the 6 signs of danger, the 16 boxes of the national form and the 8 groups of the chat.

Adding a need is one line in `NEEDS`, its place in `BOXES` and `GROUPS`, and rows in the lexicon.
Sources: the desk's labelling rules (needs and signs) and the national form 相談受付・申込票 (the boxes).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Need:
    """A field in which the desk helps; `name` is the officer's word, `client_word` what a client may see."""

    code: str
    name: str
    client_word: str


@dataclass(frozen=True, slots=True)
class UrgentSign:
    """A danger that is near and real.

    `need` comes with the sign, unless one of `instead` was found and explains it already
    (a bad reaction to a drug is addiction, not health).
    """

    code: str
    name: str
    need: str
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """One of the 16 boxes of the national form, in its official order and wording.

    `together` says that the box stands for all its needs at once (家賃やローンの支払い); otherwise
    any one of them belongs here.
    """

    number: int
    code: str
    name: str
    client_word: str
    needs: tuple[str, ...]
    together: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One of the eight plain groups a client chooses from in the chat."""

    number: int
    code: str
    name: str
    needs: tuple[str, ...]


NEEDS: tuple[Need, ...] = (
    Need("housing", "住まい", "すむ所"),
    Need("work", "仕事・就労", "仕事"),
    Need("money", "お金・生活費", "くらしのお金"),
    Need("debt", "借金・債務", "借りたお金"),
    Need("food", "食べるもの", "食べるもの"),
    Need("health", "からだ・医療", "からだ"),
    Need("mental", "こころ", "こころ"),
    Need("disability", "障害", "しょうがい"),
    Need("addiction", "依存", "やめたいのに やめられないこと"),
    Need("family", "家族・人間関係", "家族や親しい人"),
    Need("violence", "暴力・虐待", "こわい目にあうこと"),
    Need("children", "子ども・子育て", "子ども"),
    Need("eldercare", "介護・高齢", "介護・年をとること"),
    Need("isolation", "孤立・居場所", "ひとりで つらい"),
    Need("legal", "法律・裁判", "裁判・法律"),
    Need("paperwork", "手続き・書類", "書類・手つづき"),
    Need("prejudice", "偏見・権利", "いやな あつかい"),
    Need("community", "近所・地域", "近所のこと"),
    Need("reoffending", "再犯の不安", "前のように なりそうで こわい"),
    Need("learning", "学び・資格", "学ぶこと・免許"),
    Need("residency", "在留・ことば", "ビザ・日本語"),
    Need("listening", "話を聞いてほしい", "話を聞いてほしい"),
)

SIGNS: tuple[UrgentSign, ...] = (
    UrgentSign("suicide", "自死・自傷", "mental"),
    UrgentSign("violence_now", "今の暴力", "violence"),
    UrgentSign("shelter_tonight", "今夜の寝場所", "housing"),
    UrgentSign("no_food", "食べていない", "food"),
    UrgentSign("medical_now", "救急", "health", instead=("addiction", "mental")),
    UrgentSign("harm_now", "人を傷つけそう", "reoffending", instead=("violence", "addiction")),
)

BOXES: tuple[Box, ...] = (
    Box(
        1,
        "health",
        "病気や健康、障害のこと",
        "びょうき・からだ・しょうがい",
        ("health", "mental", "disability"),
    ),
    Box(2, "housing", "住まいについて", "すむところ", ("housing",)),
    Box(3, "income", "収入・生活費のこと", "おかね（まいにちの せいかつ）", ("money",)),
    Box(4, "rent_loan", "家賃やローンの支払いのこと", "やちん・ローン", ("housing", "money"), together=True),
    Box(5, "tax_utility", "税金や公共料金等の支払いについて", "ぜいきん・でんき・ガス・すいどう", ("money",)),
    Box(6, "debt", "債務について", "しゃっきん", ("debt",)),
    Box(7, "job_search", "仕事探し、就職について", "しごとを さがす", ("work",)),
    Box(8, "job_trouble", "仕事上の不安やトラブル", "しごとの なやみ", ("work",)),
    Box(9, "community", "地域との関係について", "きんじょの 人のこと", ("community",)),
    Box(10, "family", "家族との関係について", "かぞくの こと", ("family",)),
    Box(11, "childcare", "子育てのこと", "こそだて", ("children",)),
    Box(12, "nursing_care", "介護のこと", "かいご", ("eldercare",)),
    Box(
        13,
        "withdrawal",
        "ひきこもり・不登校",
        "いえから 出られない・学校に 行けない",
        ("isolation", "children"),
    ),
    Box(14, "violence", "DV・虐待", "ぼうりょく・ひどいことを される", ("violence",)),
    Box(15, "food", "食べるものがない", "たべるものが ない", ("food",)),
    Box(
        16,
        "other",
        "その他",
        "そのほか",
        ("addiction", "legal", "paperwork", "prejudice", "reoffending", "learning", "residency", "listening"),
    ),
)

# What people bring to this desk and the form does not name: shown apart from the 16, counted under その他.
OWN_BOXES: tuple[Box, ...] = (
    Box(17, "habits", "依存", "やめたいのに やめられないこと", ("addiction",)),
    Box(18, "again", "再犯の不安", "前のように なりそうで こわい", ("reoffending",)),
    Box(19, "identity", "身分証・住民票", "身分証・住民票", ("paperwork",)),
    Box(20, "mobile", "携帯電話がない", "携帯電話が ない", ()),
    Box(21, "law", "法律・裁判・弁償", "裁判・法律・弁償のこと", ("legal",)),
    Box(22, "listening", "話を聞いてほしい", "話を聞いてほしい", ("listening",)),
)

GROUPS: tuple[Group, ...] = (
    Group(1, "home", "すむ所", ("housing",)),
    Group(2, "money", "お金", ("money", "debt", "food")),
    Group(3, "work", "仕事", ("work", "learning")),
    Group(4, "body_mind", "からだ・こころ", ("health", "mental", "disability")),
    Group(
        5,
        "people",
        "家族・まわりの人",
        ("family", "violence", "children", "eldercare", "isolation", "community", "prejudice"),
    ),
    Group(6, "papers", "書類・手つづき", ("paperwork", "legal", "residency")),
    Group(7, "habits", "やめられないこと", ("addiction", "reoffending")),
    Group(8, "unsaid", "うまく言えない", ("listening",)),
)

BOX_BY_CODE: Mapping[str, Box] = MappingProxyType({box.code: box for box in (*BOXES, *OWN_BOXES)})
NEED_BY_CODE: Mapping[str, Need] = MappingProxyType({need.code: need for need in NEEDS})
SIGN_BY_CODE: Mapping[str, UrgentSign] = MappingProxyType({sign.code: sign for sign in SIGNS})


def needs_of_boxes(boxes: Iterable[str]) -> tuple[str, ...]:
    """The needs that ticked boxes mean beyond doubt; what may mean one of several is left to people."""
    ticked = [BOX_BY_CODE[code] for code in boxes if code in BOX_BY_CODE]
    sure = [box.needs for box in ticked if box.together or len(box.needs) == 1]
    return tuple(dict.fromkeys(need for needs in sure for need in needs))
