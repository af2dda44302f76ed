"""Every example of the desk's labelling page comes out as the page says."""

import pytest

from desk.needs.service import read

NEEDS = [
    ("住む所はあります", ""),
    ("借金はありません", ""),
    ("仕事には困っていない", ""),
    ("仕事は決まりました", ""),
    ("借金は完済しました", ""),
    ("仕事の帰りに寄ります", ""),
    ("病院の隣の窓口ですか", ""),
    ("妻が電話してもいいですか", ""),
    ("予約は必要ですか", ""),
    ("費用はかかりますか", ""),
    ("どこにありますか", ""),
    ("昔は酒をよく飲んだ", ""),
    ("車椅子でも入れますか", ""),
    ("死ぬほど忙しい", ""),
    ("暑くて死にそう", ""),
    ("死んだ父の命日です", ""),
    ("仕事があるか不安", "work"),
    ("生活保護って受けられますか", "money"),
    ("家を借りたい", "housing"),
    ("来月家を出る", "housing"),
    ("家賃が払えない", "housing money"),
    ("クビになりました", "work"),
    ("クビになってお金がない", "work money"),
    ("薬代が払えません", "health money"),
    ("万引きがやめられません", "addiction"),
    ("親が受け入れてくれない", "family"),
    ("中学生の息子が私を殴ります", "children violence"),
    ("前科があるので面接で落ちる", "work prejudice"),
    ("携帯が契約できない", "paperwork"),
    ("口座が作れない", "paperwork"),
    ("誰にも相談できない", "isolation"),
    ("とにかく話を聞いてほしい", "listening"),
    ("息子がひきこもりです", "isolation family"),
    ("元夫に付きまとわれています", "violence"),
    ("上司に殴られました", "violence work"),
    ("夫が給料を全部取り上げて渡してくれない", "violence family"),
    ("住宅ローンが払えない", "housing debt"),
    ("給食費が払えない", "children money"),
    ("通訳をお願いできますか", "residency"),
    ("手話通訳をお願いできますか", "disability"),
    ("二番の、借金", "debt"),
]
ALARMS = [
    ("死にたい", "suicide", "mental"),
    ("消えたい", "suicide", "mental"),
    ("もう終わりにしたい", "suicide", "mental"),
    ("今夜泊まる所がない", "shelter_tonight", "housing"),
    ("三日食べてない", "no_food", "food"),
    ("殴られてる、助けて", "violence_now", "violence"),
    ("薬をまとめて飲んだ", "suicide medical_now", "mental"),
    ("今すぐまたクスリを使ってしまいそう", "harm_now", "addiction"),
]


@pytest.mark.parametrize(("text", "needs"), NEEDS)
def test_the_page_names_these_needs_and_no_sign(text: str, needs: str) -> None:
    tagging = read(text)
    assert {tag.code for tag in tagging.needs} == set(needs.split())
    assert tagging.signs == ()


@pytest.mark.parametrize(("text", "signs", "needs"), ALARMS)
def test_the_page_names_these_dangers(text: str, signs: str, needs: str) -> None:
    tagging = read(text)
    assert {(sign.code, sign.level) for sign in tagging.signs} == {(code, "alarm") for code in signs.split()}
    assert {tag.code for tag in tagging.needs} == set(needs.split())


def test_a_denied_danger_is_asked_about_and_names_no_need() -> None:
    tagging = read("死にたいわけではない")
    assert [(sign.code, sign.level) for sign in tagging.signs] == [("suicide", "check")]
    assert tagging.needs == ()


def test_news_of_others_raises_no_alarm() -> None:
    tagging = read("ニュースで見た人が自殺したそうです")
    assert [sign.level for sign in tagging.signs] in ([], ["check"])
    assert tagging.needs == ()
