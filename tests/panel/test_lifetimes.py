"""のこす期間: staff see who goes when, two of them keep somebody longer, a supervisor changes the days."""

from datetime import timedelta

from bot.scheduling.cleanup import forget
from desk.clients.service import add_client
from desk.clock import local_date
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, sora_books
from tests.panel.test_today import words_of

pytestmark = ONE_BY_DEFAULT

REASON = "裁判が続いています"


def somebody_silent(scene: Scene) -> str:
    """A person who called once and never again."""
    with scene.house.database.transaction() as db:
        return add_client(db, scene.house.vault, organisation_id=scene.organisation_id, now=scene.now)


def test_staff_see_a_month_ahead_who_goes(scene: Scene) -> None:
    client_id = somebody_silent(scene)
    assert "30日のうちに 0人" in words_of(scene.browser("sato").get("/admin/lifetimes").text)
    later = scene.at(scene.now + timedelta(days=62)).browser("sato")
    page = later.get("/admin/lifetimes").text
    assert "今夜 0人" in words_of(page)
    assert "30日のうちに 1人" in words_of(page)
    assert f"/admin/clients/{client_id}/keep" in page
    assert "30日のうちに1人のことが消えます" in week_after_a_night(scene, days=62)
    assert "7日のうちに1人" in week_after_a_night(scene, days=86)


def week_after_a_night(scene: Scene, *, days: int) -> str:
    """今週すること so many days later, after the nightly job has counted."""
    later = scene.at(scene.now + timedelta(days=days))
    with later.house.database.transaction() as db:
        forget(db, later.house, later.now)
    return words_of(later.browser("sato").get("/admin/week").text)


def test_two_people_keep_somebody_longer(scene: Scene) -> None:
    client_id = somebody_silent(scene)
    address = f"/admin/clients/{client_id}/keep"
    until = (local_date(scene.now) + timedelta(days=200)).isoformat()
    sato = scene.browser("sato")
    refused = sato.post(address, data={"reason": "", "until": until})
    assert refused.status_code == 422
    assert "わけを書いてください" in refused.text
    far = sato.post(address, data={"reason": REASON, "until": "2031-01-01"})
    assert REASON in far.text, "what was written is not lost"
    assert far.status_code == 422
    asked = words_of(sato.post(address, data={"reason": REASON, "until": until}).text)
    assert "もう一人を待っています" in asked
    assert "わたしも同じ考えです" not in asked
    assert sato.post(address, data={"act": "agree"}).status_code == 422
    mori = scene.browser("mori")
    assert "もう一人を待っています" in words_of(mori.get("/admin/week").text)
    assert "二人で決めました" in words_of(mori.post(address, data={"act": "agree"}).text)
    later = scene.at(scene.now + timedelta(days=90))
    assert "今夜 0人" in words_of(later.browser("sato").get("/admin/lifetimes").text)
    ended = later.browser("sato").post(address, data={"act": "end"})
    assert "期間どおりに消えます" in ended.text


def test_only_a_supervisor_changes_the_days(scene: Scene) -> None:
    mori = scene.browser("mori")
    refused = mori.post("/admin/lifetimes", data={"kind": "visit", "days": "5"})
    assert refused.status_code == 422
    kept = words_of(mori.post("/admin/lifetimes", data={"kind": "visit", "days": "60"}).text)
    assert "60日" in kept
    assert "森さんが決めました" in kept
    assert (
        scene.browser("sato").post("/admin/lifetimes", data={"kind": "visit", "days": "30"}).status_code
        == 403
    )


def test_another_desk_does_not_see_whose_time_is_over(scene: Scene) -> None:
    sora = sora_books(scene)
    assert scene.browser("ogawa").get(f"/admin/clients/{sora}/keep").status_code == 404
