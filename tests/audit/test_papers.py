"""監査のための資料: one page and one print, without a client in it; printing it is itself written down."""

from io import BytesIO

import sqlalchemy as sa
from pypdf import PdfReader

from desk.audit.queries import head
from desk.tables.append_only import protect
from desk.tables.audit import audit_entry
from tests.audit.test_chain import without_guards
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, sora_books
from tests.panel.test_today import words_of

pytestmark = ONE_BY_DEFAULT

AT = "/admin/audit-papers"
RESTORED = {"kind": "restore_test", "words": "別の機械で戻した。", "on_date": "2026-10-03"}


def test_it_says_who_may_get_in_and_whether_the_log_holds(scene: Scene) -> None:
    sora_books(scene)
    mori = scene.browser("mori")
    page = words_of(mori.get(AT).text)
    assert "101 小林さん 保護司 まだ まだ まだ まだ" in page.replace("　", " ")
    assert "1 アカウント" in page.replace("　", " ")
    assert "つながっています" in page
    assert "そら" not in page
    mori.get("/admin/reading-log")  # this leaves an entry
    with scene.house.database.transaction() as db:
        without_guards(db)
        db.exec_driver_sql("UPDATE audit_entry SET kind = 'other' WHERE number = 1")
        protect(db)
    assert "くずれています：1番が、書きかえられています。" in words_of(mori.get(AT).text)


def test_the_print_says_the_same_and_is_written_down(scene: Scene) -> None:
    answer = scene.browser("mori").post(f"{AT}/print")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    for word in ("監査のための資料", "小林さん", "守秘の誓約", "記録のおわり", "取扱注意"):
        assert word in text
    with scene.house.database.reading() as db:
        end = head(db)
        entry = db.execute(sa.select(audit_entry).where(audit_entry.c.number == end.number)).one()
    assert (entry.act, entry.kind, entry.account_id) == ("print", "audit-papers", scene.accounts["mori"])
    assert end.hash in "".join(text.split()), "the head goes out with the paper"


def test_what_is_entered_by_hand_stands_in_it(scene: Scene) -> None:
    mori = scene.browser("mori")
    page = words_of(mori.post(f"{AT}/documents", data=RESTORED).text)
    assert "書き加えました" in page
    assert "2026年10月3日（土） 別の機械で戻した。" in page.replace("　", " ")
    until = {
        "kind": "contractor",
        "words": "みずうみ印刷",
        "on_date": "2026-04-01",
        "until_date": "2027-03-31",
    }
    page = words_of(mori.post(f"{AT}/documents", data=until).text)
    assert "2026年4月1日（水）（2027年3月31日（水）まで） みずうみ印刷" in page.replace("　", " ")


def test_pledge_and_training_are_kept_for_each_account(scene: Scene) -> None:
    mori, at = scene.browser("mori"), f"{AT}/accounts/{scene.accounts['kobayashi']}"
    page = words_of(mori.post(at, data={"pledged": "2026-04-01", "trained": "2026-06-10"}).text)
    assert "まだ まだ 2026年4月1日（水） 2026年6月10日（水）" in page
    page = words_of(mori.post(at, data={"pledged": "2026-04-01", "trained": ""}).text)
    assert "まだ まだ 2026年4月1日（水） まだ" in page


WRONG = {
    "unknown kind": ({"kind": "other"}, "何のことかを選んでください"),
    "no words": ({"words": ""}, "内容を"),
    "too long": ({"words": "あ" * 1001}, "内容を"),
    "no day": ({"on_date": "きょう"}, "2026-11-27のように"),
    "no end": ({"until_date": "いつか"}, "2026-11-27のように"),
}


def test_what_cannot_be_read_comes_back_with_the_mend(scene: Scene) -> None:
    mori = scene.browser("mori")
    for why, (changed, mend) in WRONG.items():
        page = mori.post(f"{AT}/documents", data=RESTORED | changed)
        assert page.status_code == 422, why
        assert mend in page.text, why
    page = mori.post(f"{AT}/accounts/{scene.accounts['kobayashi']}", data={"pledged": "x"})
    assert page.status_code == 422
    assert "<details open>" in page.text
