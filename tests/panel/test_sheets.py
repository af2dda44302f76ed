"""Paper and files: the day's sheet and the blank form as PDF, the list as CSV and Excel."""

import csv
import zipfile
from datetime import date, time
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from admin.files import as_csv, as_excel
from admin.printing import PARTS, CannotPrint, as_pdf, missing_parts
from admin.view import render
from desk.booking.by_hand import book_for_caller
from desk.calendar.queries import free_slots_of_session
from desk.calendar.service import add_extra_date
from desk.database import Connection
from desk.intake.service import raise_flag
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.scene import ON_THE_DAY, STORY, Scene, hana_books, has_no_bed, sora_books

# How a paper looks does not depend on the engine, and each costs a second.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def text_of(pdf: bytes) -> list[str]:
    """The words of each page, without gaps."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def fonts_of(pdf: bytes) -> list[tuple[str, bool]]:
    """Each font by name, and whether its letters are part of the file."""
    fonts = []
    for page in PdfReader(BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for reference in resources["/Font"].values():
            font = reference.get_object()
            within = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            fonts.append((font["/BaseFont"], any(key.startswith("/FontFile") for key in within)))
    return fonts


def test_this_machine_can_print() -> None:
    assert missing_parts() == ()


@POSTGRES_BY_DEFAULT
def test_the_sheet_of_the_day_on_paper_tells_what_the_page_tells(scene: Scene) -> None:
    sora = sora_books(scene)
    has_no_bed(scene, sora)
    presses_for_help(scene, hana_books(scene))
    officer = scene.at(ON_THE_DAY).browser("kobayashi")
    assert f"/admin/sessions/{scene.session_id}/sheet.pdf" in officer.get("/admin/today").text
    answer = officer.get(f"/admin/sessions/{scene.session_id}/sheet.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="youshi-2026-11-27.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    pages = text_of(answer.content)
    said = "".join(pages)
    for words in (
        *("2026年11月27日（金）（令和8年）", "午前10時から12時", "小林さん・原さん", "そらさん", "はなさん"),
        *(
            "読むのが苦手です。紙は読んで伝えてください。",
            "「ねる所がない」",
            STORY[:20],
            "□来た",
            "次のやくそく",
            "「いま困っている」を押しました（職員がまだ見ていません）",
        ),
        *("すむ所（いちばん）、書類・手つづき", "こまった時：110／119", "印刷11月27日（金）09:30"),
    ):
        assert "".join(words.split()) in said, words
    fonts = fonts_of(answer.content)
    assert fonts
    assert all(embedded for _name, embedded in fonts), fonts


def presses_for_help(scene: Scene, client_id: str) -> None:
    """They press 「いま困っている」; which danger it is, nobody knows."""
    sign: dict[str, Any] = {"codes": (), "level": "check", "how": "menu"}
    with scene.house.database.transaction() as db:
        raise_flag(db, scene.house.vault, client_id=client_id, **sign, now=scene.now)


@ON_SQLITE
def test_a_full_day_takes_several_pages_and_nobody_is_split(scene: Scene) -> None:
    day, browser = date(2026, 11, 20), scene.browser("sato")
    with scene.house.database.transaction() as db:
        session_id = add_extra_date(
            db, desk_id=scene.desk_id, day=day, starts=time(10), ends=time(17), account_id=None, now=scene.now
        )
        for slot in free_slots_of_session(db, session_id=session_id, now=scene.now):
            call(scene, db, slot.slot_id)
    pages = text_of(browser.get(f"/admin/sessions/{session_id}/sheet.pdf").content)
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "取扱注意" in page
        assert f"{number}／{len(pages)}ページ" in page
        assert "11月20日（金）諏訪来る人おわったら" in page, "the head of the table stands on every page"
        assert page.count("予約番号") == page.count("次の当番に伝えてよい") > 0, "nobody's line is split"


def call(scene: Scene, db: Connection, slot_id: str) -> None:
    """Somebody telephones and is booked."""
    asked = {"called_name": "やま", "phone": "", "about": "family", "who_comes": "母とむすこ"}
    book_for_caller(
        db,
        scene.house.vault,
        slot_id=slot_id,
        subject_knows="no",
        source="phone",
        account_id=scene.accounts["sato"],
        now=scene.now,
        **asked,
    )


def test_a_machine_that_lacks_something_says_what_and_how_to_get_it() -> None:
    facts = {"missing": [PARTS["pango"], PARTS["font"]], "done": ""}
    page = render("no_paper.html", viewer=None, path="/admin/paper-form.pdf", facts=facts, status=503)
    said = bytes(page.body).decode()
    assert "apt-get install -y libpango-1.0-0" in said
    assert "fonts-morisawa-bizud-gothic" in said
    assert "ブラウザの印刷" in said


@POSTGRES_BY_DEFAULT
def test_somebody_elses_day_is_not_printed(scene: Scene) -> None:
    sora_books(scene)
    path = f"/admin/sessions/{scene.session_id}/sheet.pdf"
    assert scene.browser("nishi").get(path).status_code == 404
    assert scene.browser("ken").get(path).status_code == 403


@ON_SQLITE
def test_before_the_week_of_duty_paper_names_nobody(scene: Scene) -> None:
    sora_books(scene)
    early = scene.browser("kobayashi").get(f"/admin/sessions/{scene.session_id}/sheet.pdf").content
    (page,) = text_of(early)
    assert "予約1件（来る人のことは、11月20日（金）から出せます）" in page
    assert "そら" not in page


@ON_SQLITE
def test_the_blank_form_is_one_page_and_asks_nobody_what_they_did(scene: Scene) -> None:
    answer = scene.browser("kobayashi").get("/admin/paper-form.pdf")
    (page,) = text_of(answer.content)
    for words in (
        "令和年月日",
        "何をしたかは聞きません",
        "□電話□来所",
        "□ねる所がない",
        "□すむ所",
        "□読むのが苦手",
        "□来た",
    ):
        assert words in page
    assert [word for word in ("罪", "事件", "刑", "前科", "逮捕", "生年月日", "住所") if word in page] == []
    assert all(embedded for _name, embedded in fonts_of(answer.content))


def test_a_paper_loads_nothing_from_anywhere() -> None:
    with pytest.raises(CannotPrint):
        as_pdf('<html lang="ja"><title>本日</title><img alt="" src="http://localhost/picture.png"></html>')


@POSTGRES_BY_DEFAULT
def test_the_list_as_files_says_what_the_list_says(scene: Scene) -> None:
    sora_books(scene)
    hana_books(scene)
    browser = scene.browser("sato")
    answer = browser.get("/admin/bookings/list.csv?about=family")
    assert answer.headers["content-disposition"] == 'attachment; filename="yotei-2026-11.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["日", "時刻", "呼び名", "だれのこと", "窓口", "受付", "ようす", "返事", "予約番号"]
    assert [row[:8] for row in rows] == [
        ["2026年11月27日（金）", "11:00", "はな", "家族", "諏訪", "LINE", "予約あり", ""]
    ]
    excel = browser.get("/admin/bookings/list.xlsx?about=family")
    assert excel.headers["content-disposition"] == 'attachment; filename="yotei-2026-11.xlsx"'
    assert words_of_excel(excel.content) == {*head, *rows[0]}
    page = browser.get("/admin/bookings?about=family").text
    assert 'href="/admin/bookings/list.csv?about=family"' in page
    assert "そら" not in page


def words_of_excel(content: bytes) -> set[str]:
    """All texts of the sheet; it has nothing but texts."""
    with zipfile.ZipFile(BytesIO(content)) as book:
        texts = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        cells = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert {cell.get("t") for cell in cells.iter(f"{_SHEET}c")} <= {"s"}
    return {text.text or "" for text in texts.iter(f"{_SHEET}t")}


@pytest.mark.parametrize("typed", ["=1+2", "+81", "-1", "@SUM(A1)", "\t=1", "＝1+2"])
def test_what_somebody_calls_themselves_is_never_run(typed: str) -> None:
    (row,) = csv.reader(StringIO(as_csv([[typed]]).decode("utf-8-sig"), newline=""))
    assert row == [f"'{typed}"]
    assert words_of_excel(as_excel([[typed]])) == {typed}


@POSTGRES_BY_DEFAULT
def test_days_that_cannot_be_are_said_so(scene: Scene) -> None:
    sora_books(scene)
    browser = scene.browser("sato")
    unreadable = "日を、カレンダーから選んでください。"
    for asked, fault in (
        ("since=2026-12-01&until=2026-11-01", "「まで」は、「から」と同じ日か、あとの日にしてください。"),
        ("since=2026-13-45", unreadable),
        ("until=" + "9" * 30, unreadable),
    ):
        answer = browser.get(f"/admin/bookings?{asked}")
        assert (answer.status_code, answer.text.count(fault)) == (422, 2)
        assert "そらさん" not in answer.text
        led = browser.get(f"/admin/bookings/list.csv?{asked}")
        assert "日の選び方が合っていません。" in led.text


@POSTGRES_BY_DEFAULT
def test_the_list_is_filtered_by_each_of_its_fields(scene: Scene) -> None:
    sora_books(scene)
    browser = scene.browser("sato")
    for asked, shown in (
        ("since=2026-11-27&until=2026-11-27", True),
        ("since=2026-11-28", False),
        ("until=2026-11-26&since=2026-11-01", False),
        ("source=line", True),
        ("source=phone", False),
        ("about=self", True),
        ("about=other", False),
        ("state=live&desk=suwa", True),
        ("state=came", False),
    ):
        assert ("そらさん" in browser.get(f"/admin/bookings?{asked}").text) is shown, asked
    elsewhere = scene.browser("ogawa").get("/admin/bookings/list.csv?desk=suwa")
    assert "そら" not in elsewhere.content.decode()
    assert "この条件の予約はありません。" in browser.get("/admin/bookings?state=came").text
