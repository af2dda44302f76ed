"""事故: counted from the log, with the clocks of the law, and sealed."""

from datetime import timedelta

import sqlalchemy as sa

from desk.tables.audit import incident
from tests.audit.test_affected import looks
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, sora_books
from tests.panel.test_today import words_of
from tests.panel.test_week import counts

pytestmark = ONE_BY_DEFAULT

AT = "/admin/incidents"
WHAT = "職員の電話が、電車でなくなった。"
TYPED = {"what": WHAT, "malicious": "no", "found_day": "2026-11-12", "found_time": "20:00"}


def test_it_is_written_down_and_the_days_are_named(scene: Scene) -> None:
    mori = scene.browser("mori")
    page = words_of(mori.post(AT, data=TYPED).text)
    assert "事故を記録しました" in page
    assert "速報：11月14日（土）から11月16日（月）まで" in page
    assert "確報：2026年12月11日（金）まで" in page
    assert "本人への文の下書き" in page
    assert counts(mori.get("/admin/week").text)["事故"] == 1
    assert "事故" not in counts(scene.browser("sato").get("/admin/week").text)


def test_marks_are_kept_and_a_late_one_is_said_loudly(scene: Scene) -> None:
    mori = scene.browser("mori")
    address = mori.post(AT, data=TYPED | {"malicious": "yes"}).url.path
    assert "確報：2027年1月10日（日）まで" in words_of(mori.get(address).text)
    in_a_week = scene.at(scene.now + timedelta(days=7)).browser("mori")
    assert "過ぎています。いま出してください" in in_a_week.get(address).text
    for what, said in (
        ("first_report", "速報を出した"),
        ("final_report", "確報を出した"),
        ("closed", "閉じ"),
    ):
        assert said in words_of(in_a_week.post(f"{address}/mark", data={"what": what}).text)
    page = words_of(in_a_week.get(address).text)
    assert page.count("11月19日（木）に済み") == 2
    assert "事故" not in counts(in_a_week.get("/admin/week").text)
    assert in_a_week.post(f"{address}/mark", data={"what": "what"}).status_code == 404


def test_without_a_stretch_nothing_is_counted_and_the_page_says_how(scene: Scene) -> None:
    page = scene.browser("mori").post(AT, data=TYPED)
    assert "数えるはじまりの日とおわりの日を入れると" in page.text


def test_what_is_known_better_later_is_written_over_it(scene: Scene) -> None:
    looks(scene, client_id=sora_books(scene))
    mori = scene.browser("mori")
    address = mori.post(AT, data=TYPED).url.path
    more = {"log_from": "2026-11-12", "log_to": "2026-11-12", "suspect": scene.accounts["sato"]}
    page = words_of(mori.post(address, data=TYPED | more).text)
    assert "開いた日の用紙にいた人： 1人" in page
    assert "相談者番号：" in page
    assert "そら" not in page


def test_what_happened_is_sealed(scene: Scene) -> None:
    scene.browser("mori").post(AT, data=TYPED)
    with scene.house.database.reading() as db:
        (row,) = db.execute(sa.select(incident))
    assert "電話".encode() not in row.what


WRONG = {
    "nothing told": ({"what": " "}, "何があったかを"),
    "no day": ({"found_day": "きのう"}, "気づいた日と時刻"),
    "tomorrow": ({"found_day": "2026-11-14"}, "気づいた日と時刻"),
    "before the desk": ({"found_day": "0001-01-01"}, "気づいた日と時刻"),
    "half a stretch": ({"log_from": "2026-11-01"}, "両方入れてください"),
    "backwards": ({"log_from": "2026-11-10", "log_to": "2026-11-01"}, "両方入れてください"),
    "for ever": ({"log_from": "2026-11-01", "log_to": "9999-12-31"}, "両方入れてください"),
}


def test_what_cannot_be_read_comes_back_with_the_mend(scene: Scene) -> None:
    mori = scene.browser("mori")
    for why, (changed, mend) in WRONG.items():
        page = mori.post(AT, data=TYPED | changed)
        assert page.status_code == 422, why
        assert mend in page.text, why
        assert (TYPED | changed)["what"].strip() in page.text, "nothing typed is lost"


def test_a_stranger_account_or_incident_is_not_there(scene: Scene) -> None:
    mori = scene.browser("mori")
    assert mori.post(AT, data=TYPED | {"suspect": "f" * 32}).status_code == 404
    assert mori.get(f"{AT}/{'f' * 32}").status_code == 404
