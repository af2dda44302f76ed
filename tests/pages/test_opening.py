"""A link is opened once, by a press; a page is somebody's own, and its hour ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.clients import links
from desk.clients.erasing import erase_client
from desk.house import House
from tests.engines import ONE_BY_DEFAULT
from tests.pages.person import Someone, meet, open_desk, path_of, phone_for, text_of

pytestmark = ONE_BY_DEFAULT

MINUTE = timedelta(minutes=1)


def test_looking_at_a_link_spends_nothing_and_tells_nothing(sora: Someone) -> None:
    link = sora.link()

    previews = [sora.phone.get(link) for _ in range(3)]

    assert [page.status_code for page in previews] == [200] * 3
    assert "ひらく" in previews[0].text
    assert not previews[0].cookies
    assert path_of(sora.phone.post(link)) == "/agree"


def test_a_link_works_once(sora: Someone) -> None:
    link = sora.link()
    sora.phone.post(link)

    again = phone_for(sora.house).post(link)

    assert again.status_code == 410
    assert "トークで「わたしの記録」と 送ってください。" in text_of(again)


def test_a_link_waits_15_minutes(sora: Someone) -> None:
    early = sora.link()
    assert sora.after(14 * MINUTE).phone.post(early).status_code == 200

    late = sora.link()
    assert sora.after(15 * MINUTE).phone.post(late).status_code == 410


def test_a_link_nobody_made_is_answered_kindly(sora: Someone) -> None:
    assert sora.phone.get("/me/open/nobody-made-this").status_code == 200
    assert sora.phone.post("/me/open/nobody-made-this").status_code == 410


def test_pressing_open_a_second_time_leads_to_the_open_page(sora: Someone) -> None:
    link = sora.link()
    sora.phone.post(link)

    assert path_of(sora.phone.post(link)) == "/agree"


def test_the_cookie_is_of_these_pages_only(sora: Someone) -> None:
    answer = sora.phone.post(sora.link(), follow_redirects=False)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("tomarigi-me=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/me", "Max-Age=4200"):
        assert part in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_it(house: House) -> None:
    open_desk(house)
    settings = house.settings.model_copy(update={"public_base_url": "https://desk.example"})
    someone = meet(replace(house, settings=settings), "U" + "7" * 32)

    answer = someone.phone.post(
        someone.link(),
        headers={"Origin": "https://desk.example", "Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Secure-tomarigi-me=")
    assert "Secure" in cookie.split("; ")
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_what_was_saved_stays_when_the_hour_is_over(sora: Someone) -> None:
    sora.agrees()
    sora.opens()
    sora.presses("/1", chosen="both")

    late = sora.after(60 * MINUTE)
    page = late.sees("/2")

    assert page.status_code == 403
    assert "ここまでの 答えは、のこっています。" in text_of(page)
    assert "どちらもある" not in page.text
    assert sora.answers() == {"tonight": "both"}


def test_what_was_being_written_when_the_hour_ended_is_kept_but_nothing_is_shown(sora: Someone) -> None:
    sora.agrees()
    sora.opens()

    page = sora.after(69 * MINUTE).presses("/12", words="まだ 書いていました。")

    assert page.status_code == 403
    assert "ここまでの 答えは、のこっています。" in text_of(page)
    assert [message.text for message in sora.messages()] == ["まだ 書いていました。"]


def test_the_nightly_cleaning_leaves_those_ten_minutes_alone(sora: Someone) -> None:
    sora.agrees()
    sora.opens()
    late = sora.after(69 * MINUTE)
    with late.house.database.transaction() as db:
        links.forget_old(db, now=late.house.clock.now())

    late.presses("/12", words="まだ 書いていました。")

    assert len(sora.messages()) == 1


def test_after_that_nothing_is_kept_and_the_page_says_so(sora: Someone) -> None:
    sora.agrees()
    sora.opens()

    page = sora.after(70 * MINUTE).presses("/12", words="おそすぎました。")

    assert page.status_code == 403
    assert "いま書いたものは、のこせませんでした。" in text_of(page)
    assert sora.messages() == ()


def test_a_page_says_until_when_it_may_be_written_on(sora: Someone) -> None:
    assert "午前0時40分まで 書けます。" in text_of(sora.opens())


def test_closing_ends_the_visit_at_once_and_back_shows_nothing(sora: Someone) -> None:
    sora.agrees()
    sora.opens()
    sora.presses("/1", chosen="both")
    secret = sora.phone.cookies["tomarigi-me"]

    bye = sora.phone.post("/me/bye")
    sora.phone.cookies.set("tomarigi-me", secret, path="/me")

    assert (path_of(bye), bye.status_code) == ("/bye", 200)
    assert "とじました" in text_of(bye)
    assert sora.sees("/all").status_code == 403


def test_nobody_reads_or_mends_the_page_of_somebody_else(sora: Someone, hana: Someone) -> None:
    for someone in (sora, hana):
        someone.agrees()
        someone.opens()
    sora.presses("/12", words="これは そらの ことばです。")
    [letter] = sora.messages()

    hana.presses("/remove", letter=letter.id)
    hana.presses("/remove", place="12")

    assert "そらの ことば" not in hana.sees("/all").text
    assert "そらの ことば" not in hana.sees("/12").text
    assert [message.text for message in sora.messages()] == ["これは そらの ことばです。"]


def test_without_a_cookie_or_with_a_wrong_one_there_is_no_page(sora: Someone) -> None:
    sora.agrees()
    sora.opens()
    stranger = phone_for(sora.house)
    pages = [stranger.get(f"/me{path}").status_code for path in ("/", "/start", "/1", "/all", "/write")]
    stranger.cookies.set("tomarigi-me", "guessed", path="/me")
    posts = [
        stranger.post(f"/me{path}").status_code for path in ("/1", "/agree", "/remove", "/write", "/ask")
    ]

    assert pages + posts == [403] * 10


@pytest.mark.parametrize(("purpose", "foreign"), [("intake", "/write"), ("message", "/all")])
def test_a_page_is_for_what_its_link_was_made_for(sora: Someone, purpose: str, foreign: str) -> None:
    sora.agrees()
    own = path_of(sora.opens(purpose))

    assert path_of(sora.sees(foreign)) == own


def test_a_page_of_somebody_who_was_erased_is_over(sora: Someone) -> None:
    sora.agrees()
    sora.opens()
    with sora.house.database.transaction() as db:
        erase_client(
            db, sora.house.vault, client_id=sora.client_id, why="asked", by=None, now=sora.house.clock.now()
        )

    assert sora.presses("/1", chosen="both").status_code == 403
    assert sora.rows_of("answer") == 0
