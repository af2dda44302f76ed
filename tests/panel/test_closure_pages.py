"""Closing, moving and shifting a day as staff do it in the panel, with the ledger of who was reached."""

from datetime import timedelta

import sqlalchemy as sa
from starlette.testclient import TestClient

from desk.booking.queries import bookings_of_session, live_booking
from desk.calendar.queries import session_by_id
from desk.tables.calendar import session
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.scene import Scene, hana_books, sora_books

pytestmark = POSTGRES_BY_DEFAULT

IMPOSSIBLE: list[tuple[str, dict[str, str], str]] = [
    ("move", {"day": "", "starts": "10:00"}, "日を選んでください。"),
    ("move", {"day": "2026-12-04", "starts": "25:00"}, "はじまる時刻を入れてください"),
    ("move", {"day": "2026-11-01", "starts": "10:00"}, "きょうから先の日を選んでください。"),
    ("move", {"day": "2026-11-27", "starts": "10:00"}, "日も時刻も場所も、いまと同じです。"),
    ("move", {"day": "2027-01-29", "starts": "10:00"}, "その日は、もう開催日です。"),
    ("move", {"day": "2026-12-04", "starts": "23:00"}, "おわりが、次の日になってしまいます。"),
    ("shift", {"shift_starts": "10:00", "shift_place": ""}, "日も時刻も場所も、いまと同じです。"),
    ("shift", {"shift_starts": "23:00", "shift_place": ""}, "おわりが、次の日になってしまいます。"),
    ("shift", {"shift_starts": "", "shift_place": ""}, "はじまる時刻を入れてください"),
]


def _post(browser: TestClient, path: str, **form: str) -> str:
    answer = browser.post(f"/admin{path}", data=form)
    assert answer.status_code == 200, answer.text
    return answer.text


def _status(scene: Scene) -> str:
    with scene.house.database.reading() as db:
        found = session_by_id(db, scene.session_id)
    assert found is not None
    return found.status


def test_three_presses_from_the_week_to_a_closed_day(scene: Scene) -> None:
    sora_books(scene)
    hana_books(scene)
    browser = scene.browser("sato")
    assert f"/admin/sessions/{scene.session_id}" in browser.get("/admin/week").text
    assert (
        f"/admin/sessions/{scene.session_id}/change"
        in browser.get(f"/admin/sessions/{scene.session_id}").text
    )
    asked = browser.get(f"/admin/sessions/{scene.session_id}/change").text
    assert "影響を受ける人は <strong>2人</strong>です" in asked
    ledger = _post(browser, f"/sessions/{scene.session_id}/close", why="台風")
    assert "その日を休みにしました。" in ledger
    assert ("そらさん" in ledger, "これから送る" in ledger) == (True, True)
    # はな wished no messages: she is telephoned.
    assert ledger.count("職員が伝える人 1人") == 1
    assert "▲</span> 本人にも家にも連絡しない" in ledger
    assert _status(scene) == "closing"
    week = browser.get("/admin/week").text
    assert "休み・日の変更の連絡" in week
    assert "職員が伝える人 1人" in week


def test_ticking_the_calls_finishes_the_day(scene: Scene) -> None:
    hana_books(scene)
    browser = scene.browser("sato")
    _post(browser, f"/sessions/{scene.session_id}/close")
    address = _address(browser)
    page = browser.get(address).text
    said = _post(browser, _call(page), said="known")
    assert "全員に伝わりました" in said
    assert "佐藤さんが伝えました" in said
    assert _status(scene) == "closed"
    assert "休み・日の変更の連絡" not in browser.get("/admin/week").text


def test_somebody_on_the_telephone_takes_the_new_day(scene: Scene) -> None:
    hana = hana_books(scene)
    number = _number(scene, hana)
    browser = scene.browser("sato")
    moved = _post(
        browser, f"/sessions/{scene.session_id}/move", day="2026-12-04", starts="13:00", place="村役場"
    )
    assert "その日を移しました。" in moved
    assert "とってある時間：12月4日（金） 午後2時" in moved
    # The number went along: the lost booking has none any more.
    listed = browser.get("/admin/bookings").text
    assert ("取消（こちらから）" in listed, "None" in listed) == (True, False)
    _post(browser, _call(moved), said="takes")
    with scene.house.database.reading() as db:
        now_booked = live_booking(db, scene.house.vault, client_id=hana)
    assert now_booked is not None
    assert (now_booked.state, now_booked.number, now_booked.called_name) == ("confirmed", number, "はな")
    assert (now_booked.place, now_booked.about, now_booked.subject_knows) == ("村役場", "family", "no")
    assert _status(scene) == "closed"


def test_the_same_day_at_another_hour(scene: Scene) -> None:
    hana = hana_books(scene)
    browser = scene.browser("sato")
    shifted = _post(
        browser, f"/sessions/{scene.session_id}/shift", shift_starts="13:30", shift_place="市民館 1階 会議室A"
    )
    assert "時刻か場所を変えました。" in shifted
    assert "午後2時30分" in shifted
    with scene.house.database.reading() as db:
        booked = live_booking(db, scene.house.vault, client_id=hana)
    assert booked is not None
    assert (booked.state, booked.place) == ("confirmed", "市民館 1階 会議室A")
    assert _status(scene) == "open"


def test_what_cannot_be_is_said_clearly_and_changes_nothing(scene: Scene) -> None:
    sora, browser, before = sora_books(scene), scene.browser("sato"), _sessions(scene)
    for act, form, words in IMPOSSIBLE:
        answer = browser.post(f"/admin/sessions/{scene.session_id}/{act}", data=form)
        assert (answer.status_code, words in answer.text) == (422, True), words
    with scene.house.database.reading() as db:
        booked = live_booking(db, scene.house.vault, client_id=sora)
    assert booked is not None
    assert booked.state == "confirmed"
    assert _sessions(scene) == before


def test_a_past_day_and_a_day_closed_twice(scene: Scene) -> None:
    late = scene.at(scene.now + timedelta(days=30)).browser("sato")
    past = late.post(f"/admin/sessions/{scene.session_id}/close")
    assert (past.status_code, "もう過ぎた日か時刻です。" in past.text) == (422, True)
    browser = scene.browser("sato")
    _post(browser, f"/sessions/{scene.session_id}/close")
    twice = browser.post(f"/admin/sessions/{scene.session_id}/close")
    assert (twice.status_code, "その日は、もう休みか、移してあります。" in twice.text) == (422, True)


def test_other_desks_and_officers_see_no_ledger(scene: Scene) -> None:
    sora_books(scene)
    browser = scene.browser("sato")
    _post(browser, f"/sessions/{scene.session_id}/close")
    address = _address(browser)
    assert scene.browser("ogawa").get(address).status_code == 404
    assert scene.browser("kobayashi").get(address).status_code == 403
    page = browser.get(address).text
    assert scene.browser("ogawa").post(f"/admin{_call(page)}", data={"said": "known"}).status_code == 404


def _sessions(scene: Scene) -> list[tuple[object, ...]]:
    with scene.house.database.reading() as db:
        return [tuple(row) for row in db.execute(sa.select(session).order_by(session.c.id))]


def _address(browser: TestClient) -> str:
    """Where 今週すること leads to."""
    week = browser.get("/admin/week").text
    return week.split('<section id="closures"')[1].split('href="')[1].split('"')[0]


def _call(page: str) -> str:
    """Where the first form of the ledger goes."""
    cards = page.split('<article class="card"')[1]
    return cards.split('action="/admin')[1].split('"')[0]


def _number(scene: Scene, client_id: str) -> str | None:
    with scene.house.database.reading() as db:
        rows = bookings_of_session(db, scene.house.vault, scene.session_id)
    return next(row.number for row in rows if row.writer_id == client_id)
