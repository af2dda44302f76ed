"""Somebody telephones: booked, told a code, found by it, moved, cancelled; a second one refused; a slot kept empty."""

import re

from starlette.testclient import TestClient

from desk.booking.queries import bookings_of_client, bookings_of_session
from desk.clients.queries import phone_of
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene, hana_books, sora_books
from tests.panel.test_bookings import free_times, the_booking
from tests.panel.test_today import words_of

pytestmark = ONE_BY_DEFAULT

NEW = "/admin/bookings/new"
CODE = re.compile(r'<p class="spoken">(.+?)</p>')


def codes_on(page: str) -> list[str]:
    """The spoken codes a page shows."""
    return [re.sub(r"<[^>]*>", "", shown) for shown in CODE.findall(page)]


def book(browser: TestClient, page: str = NEW, **said: str) -> str:
    """Fills the form in and sends it; the page that follows."""
    slot = free_times(browser.get(page).text)[0]
    form = {"slot": slot, "about": "self", "source": "phone", "called_name": "やま"} | said
    return browser.post(NEW, data=form).text


def find(browser: TestClient, wanted: str, then: str = "") -> tuple[str, str]:
    """Types into the find form; where that leads, and what stands there."""
    answer = browser.post("/admin/clients/find", data={"wanted": wanted, "then": then})
    return str(answer.url.path), words_of(answer.text)


def test_somebody_telephones_and_calls_again(scene: Scene) -> None:
    browser = scene.browser("sato")
    made = book(browser, phone="0266-00-1234", about="family", subject_knows="no", who_comes="母とむすこ")
    words = words_of(made)
    assert "来る人 母とむすこ" in words
    assert "ご本人は知りません。連絡しないでください" in words
    assert "電話で知らせる" in words
    code = codes_on(made)[0]

    for typed in (code, "　".join(reversed(code.split("・"))), "０２６６（００）１２３４"):
        where, words = find(browser, typed)
        assert re.fullmatch(r"/admin/clients/[0-9a-f]{32}", where), typed
        assert "やまさん" in words
    where, words = find(browser, code, then="booking")
    assert (where, "やまさん（相談者番号" in words) == (NEW, True)

    client_id = scene_client(scene)
    mine = f"/admin/bookings/{the_booking(scene)}"
    slot = free_times(browser.get(mine).text)[-1]
    moved = browser.post(f"{mine}/move", data={"slot": slot, "why": "asked"})
    assert "わけ：本人から連絡があった" in words_of(moved.text)
    assert codes_on(moved.text) == [code]
    gone = browser.post(f"{mine}/cancel", data={"reason": "asked"})
    assert "取消（こちらから）" in words_of(gone.text)
    refused = browser.post(f"{mine}/cancel", data={"reason": "asked"}).text
    assert f'name="back" value="{mine}"' in refused, (
        "from a page with a fault, too, it leads back to the booking"
    )
    again = book(browser, f"{NEW}?client={client_id}", client=client_id)
    assert codes_on(again) == [code]
    with scene.house.database.reading() as db:
        found = bookings_of_client(db, scene.house.vault, client_id)
    assert sorted(row.state for row in found) == ["confirmed", "revoked"]


def scene_client(scene: Scene) -> str:
    """Who is booked first on the day."""
    with scene.house.database.reading() as db:
        return bookings_of_session(db, scene.house.vault, scene.session_id)[0].writer_id


def test_whoever_has_a_booking_gets_a_second_only_for_a_reason(scene: Scene) -> None:
    sora = sora_books(scene)
    browser = scene.browser("sato")
    page = f"{NEW}?client={sora}"
    assert "2つめの予約を入れるわけ" not in browser.get(page).text
    assert 'value="そら"' in browser.get(page).text
    refused = book(browser, page, client=sora, called_name="そら", phone="0266001234")
    assert "この人には、もう11月27日（金） 午前10時の予約があります。" in words_of(refused)
    assert 'value="0266001234"' in refused
    assert "2つめの予約のわけを選んでください。" in book(browser, page, client=sora, second="x")
    with scene.house.database.reading() as db:
        assert phone_of(db, scene.house.vault, sora) is None
        assert len(bookings_of_client(db, scene.house.vault, sora)) == 1
    allowed = words_of(book(browser, page, client=sora, second="apart"))
    assert "わけ：家族と別々に会う（2つめの予約）" in allowed


def test_line_is_offered_only_to_those_who_have_it(scene: Scene) -> None:
    sora = sora_books(scene)
    browser = scene.browser("sato")
    assert "LINEで、前の日だけ" in browser.get(f"{NEW}?client={sora}").text
    assert "LINEで、前の日だけ" not in browser.get(NEW).text
    assert "おしらせのしかたを選んでください。" in book(browser, reminders="both")


def test_nobody_is_to_be_telephoned_without_a_number(scene: Scene) -> None:
    browser = scene.browser("sato")
    book(browser, phone="0266001234", called_name="やま")
    book(browser, called_name="もり")
    with scene.house.database.reading() as db:
        made = bookings_of_session(db, scene.house.vault, scene.session_id)
    assert {row.called_name: row.reminders for row in made} == {"やま": "telephone", "もり": "none"}


def test_mistakes_are_named_and_nothing_is_booked(scene: Scene) -> None:
    browser = scene.browser("sato")
    for said, fault in (
        ({"slot": "0" * 32}, "日時を選んでください。"),
        ({"about": "everybody"}, "だれのことかを選んでください。"),
        ({"subject_knows": "perhaps"}, "ご本人が知っているかを選んでください。"),
        ({"who_comes": "あ" * 41}, "来る人のことは40文字までにしてください。"),
        ({"phone": "12"}, "電話番号を、0から始まる10けたか11けたで入れてください。"),
    ):
        page = book(browser, **said)
        assert page.count(fault) == 2, f"{fault} stands above and beside its field"
    with scene.house.database.reading() as db:
        assert bookings_of_session(db, scene.house.vault, scene.session_id) == ()


def test_who_is_not_there_is_not_found(scene: Scene) -> None:
    sora_books(scene)
    browser = scene.browser("sato")
    for typed in ("", "りんご", "9", "とまと らいおん りんご", "090-0000-0000"):
        answer = browser.post("/admin/clients/find", data={"wanted": typed})
        assert answer.status_code == 422
        assert "その番号や言葉の人は見つかりません。もう一度聞いて、たしかめてください。" in answer.text
        assert str(answer.url.path) == "/admin/clients/find", "what was typed stands in no address"


def test_a_family_that_shares_a_telephone_is_shown_to_choose_from(scene: Scene) -> None:
    browser = scene.browser("sato")
    for name in ("やま", "もり"):
        book(browser, phone="0266001234", called_name=name)
    where, words = find(browser, "0266-00-1234")
    assert where == "/admin/clients/find"
    assert "見つかった人" in words
    assert "やまさん" in words
    assert "もりさん" in words


def test_another_desk_neither_finds_nor_books_them(scene: Scene) -> None:
    browser = scene.browser("sato")
    code = codes_on(book(browser))[0]
    client_id = scene_client(scene)
    elsewhere = scene.browser("ogawa")
    assert "見つかりません" in find(elsewhere, code)[1]
    assert elsewhere.get(f"{NEW}?client={client_id}").status_code == 404
    assert elsewhere.post(f"/admin/clients/{client_id}/code").status_code == 404
    slot = free_times(elsewhere.get(NEW).text)[0]
    form = {"slot": slot, "about": "self", "source": "phone", "client": client_id}
    assert elsewhere.post(NEW, data=form).status_code == 404


def test_a_code_is_given_to_anybody_and_renewed(scene: Scene) -> None:
    hana = hana_books(scene)
    browser = scene.browser("sato")
    page = f"/admin/clients/{hana}"
    assert codes_on(browser.get(page).text) == []
    given = browser.post(f"{page}/code", data={"back": page})
    assert given.url.path == page
    first = codes_on(given.text)[0]
    second = codes_on(browser.post(f"{page}/code", data={"back": page}).text)[0]
    assert find(browser, first)[0] == "/admin/clients/find"
    assert find(browser, second)[0] == page


def test_a_slot_is_blocked_in_two_clicks_and_nobody_is_booked_there(scene: Scene) -> None:
    hana_books(scene)
    browser = scene.browser("sato")
    places = f"/admin/sessions/{scene.session_id}/places"
    page = browser.get(places).text
    (free,) = re.findall(r"/admin/places/([0-9a-f]{32})/block", page)
    assert free in free_times(browser.get(NEW).text)
    silent = browser.post(f"/admin/places/{free}/block", data={"why": "a person"})
    assert (silent.status_code, silent.text.count("ふさぐわけを選んでください。")) == (422, 2)
    blocked = browser.post(f"/admin/places/{free}/block", data={"why": "room"})
    assert "わけ：部屋が使えない" in words_of(blocked.text)
    assert free not in free_times(browser.get(NEW).text)
    form = {"slot": free, "about": "self", "source": "walk_in"}
    assert "その時間は、いま埋まりました。" in browser.post(NEW, data=form).text
    browser.post(f"/admin/places/{free}/unblock")
    assert "予約を入れました。" in browser.post(NEW, data=form).text
    refused = browser.post(f"/admin/places/{free}/block", data={"why": "room"})
    assert refused.text.count("ここには、もう人がいます。") == 2
    assert scene.browser("ogawa").get(places).status_code == 404
    assert scene.browser("ogawa").post(f"/admin/places/{free}/unblock").status_code == 404


def test_no_act_is_further_than_three_clicks(scene: Scene) -> None:
    sora_books(scene)
    browser = scene.browser("sato")
    day = f"/admin/sessions/{scene.session_id}"
    mine = f"/admin/bookings/{the_booking(scene)}"
    for page, leads_to in (
        ("/admin/week", "/admin/bookings"),
        ("/admin/bookings", NEW),
        ("/admin/bookings", mine),
        ("/admin/bookings", "/admin/bookings/list.xlsx"),
        ("/admin/bookings", "/admin/bookings/list.csv"),
        ("/admin/bookings", "/admin/paper-form.pdf"),
        ("/admin/calendar", f"{day}/places"),
        ("/admin/calendar", day),
        (day, f"{day}/places"),
        (day, f"{day}/sheet.pdf"),
    ):
        assert f'href="{leads_to}"' in browser.get(page).text, f"{page} leads to {leads_to}"
    shown = browser.get(mine).text
    assert f'action="{mine}/move"' in shown
    assert f'action="{mine}/cancel"' in shown
