"""きまった文: kept once for the organisation, held to the same words as any message, filled for one person."""

from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from desk.writing import canned
from desk.writing.queries import canned_texts
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, sora_books
from tests.writing.house import Desk, agrees, opened, written

WORDS = "とまりぎです。\n{date}、{desk}の{place}です。\n{hours}まで 開いています。"


def kept(scene: Scene) -> list[tuple[str, str]]:
    with scene.house.database.reading() as db:
        rows = canned_texts(db, organisation_id=scene.organisation_id)
    return [(row.title, row.words) for row in rows]


def test_a_title_belongs_to_one_text(desk: Desk) -> None:
    with desk.line.house.database.transaction() as db:
        organisation_id = str(db.exec_driver_sql("SELECT id FROM organisation").scalar_one())
        known: dict[str, Any] = {
            "organisation_id": organisation_id,
            "account_id": desk.staff[0],
            "now": desk.now,
        }
        first = canned.add_canned(db, title="場所", words="市民館です。", **known)
        second = canned.add_canned(db, title="時間", words="10時です。", **known)
        with pytest.raises(canned.TitleTaken):
            canned.add_canned(db, title="場所", words="会館です。", **known)
        change: dict[str, Any] = {
            "title": "場所",
            "words": "会館です。",
            "account_id": desk.staff[0],
            "now": desk.now,
        }
        with pytest.raises(canned.TitleTaken):
            canned.change_canned(db, canned_id=second, **change)
        canned.change_canned(db, canned_id=first, **change)
        rows = canned_texts(db, organisation_id=organisation_id)
    assert [(row.title, row.words) for row in rows] == [("場所", "会館です。"), ("時間", "10時です。")]


@ONE_BY_DEFAULT
def test_it_is_added_changed_and_removed_on_its_page(scene: Scene) -> None:
    browser = scene.browser("sato")
    browser.post("/admin/canned", data={"title": "場所", "words": WORDS})
    assert kept(scene) == [("場所", WORDS)]
    page = scene.browser("mori").get("/admin/canned").text
    one = "/admin/canned/" + page.split('action="/admin/canned/')[1].split('"')[0]
    browser.post(one, data={"title": "場所と時間", "words": "{place}です。"})
    assert kept(scene) == [("場所と時間", "{place}です。")]
    taken = browser.post("/admin/canned", data={"title": "場所と時間", "words": "別の文です。"})
    assert taken.status_code == 422
    assert "同じ題の文があります" in taken.text
    browser.post(one, data={"then": "remove"})
    assert kept(scene) == []


REFUSED = (
    ("", "文です。", "題を書いてください。"),
    ("題", "", "文を書いてください。"),
    ("題", "ご予約の日です。", "「予約」は書けません"),
    ("題", "{name}さん", "{name} は使えません"),
    ("題", "{place.__class__}です。", "{place.__class__} は使えません"),
    ("題", "あ" * 501, "500文字までにしてください"),
    ("あ" * 61, "文です。", "60文字までにしてください"),
)


@ONE_BY_DEFAULT
def test_what_could_not_be_sent_is_not_kept(scene: Scene) -> None:
    browser = scene.browser("sato")
    for title, words, fault in REFUSED:
        answer = browser.post("/admin/canned", data={"title": title, "words": words})
        assert answer.status_code == 422
        assert fault in unescape(answer.text)
    assert kept(scene) == []


@ONE_BY_DEFAULT
def test_it_is_filled_for_the_person_it_is_put_in_for(scene: Scene) -> None:
    sora = sora_books(scene)
    agrees(scene, sora)
    browser = scene.browser("sato")
    browser.post("/admin/canned", data={"title": "場所", "words": WORDS})
    with scene.house.database.reading() as db:
        (row,) = canned_texts(db, organisation_id=scene.organisation_id)
    data = opened(browser, sora) | {"then": "insert", "chosen": f"canned:{row.id}"}
    page = browser.post(f"/admin/clients/{sora}/look", data=data).text
    assert unescape(written(page)) == (
        "とまりぎです。\n11月27日（金）午前10時、諏訪の市民館 3階 会議室Bです。\n"
        "午前10時から12時まで 開いています。"
    )


@ONE_BY_DEFAULT
def test_another_house_neither_sees_nor_uses_it(scene: Scene) -> None:
    scene.browser("sato").post("/admin/canned", data={"title": "場所", "words": "市民館です。"})
    assert kept(replace(scene, organisation_id="0" * 32)) == []
