"""おたより in the panel: written, seen as it will look, counted, sent after a proof, watched and stopped."""

import hashlib
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from admin.pages.announcements import GREETING
from desk.messaging import quota
from desk.messaging.rules import Quota
from tests.announcements.town import WORDS, Town
from tests.engines import ONE_BY_DEFAULT

pytestmark = ONE_BY_DEFAULT


def _browser(town: Town, who: str) -> TestClient:
    return town.scene.browser(who)


def _post(browser: TestClient, path: str, **form: str) -> str:
    answer = browser.post(f"/admin{path}", data=form)
    assert answer.status_code == 200, answer.text
    return answer.text


def _write(town: Town, browser: TestClient) -> str:
    """A draft for one's own desk; where it stands."""
    answer = browser.post("/admin/announcements", data={"words": WORDS, "desk": town.scene.desk_id})
    assert "まだ、だれにも送っていません。" in answer.text
    return answer.url.path.removeprefix("/admin")


def _send(browser: TestClient, path: str, shown: str) -> str:
    """Presses 送る for this number of people, with the words that stand in WORDS."""
    return _post(browser, f"{path}/send", shown=shown, words_hash=hashlib.sha256(WORDS.encode()).hexdigest())


def test_from_the_words_to_everybody_who_wants_them(town: Town) -> None:
    for name in ("そら", "はな"):
        town.someone(name)
    browser = _browser(town, "sato")
    assert "/admin/announcements" in browser.get("/admin/week").text
    path = _write(town, browser)
    page = browser.get(f"/admin{path}").text
    assert "2人に送る（2通）" in page
    assert f"{GREETING}\n{WORDS}" in page
    assert "そら" not in page
    sent = _send(browser, path, "2")
    assert ("送りはじめます。" in sent, "これから送る</dt><dd>2人" in sent) == (True, True)
    town.minute()
    town.minute()
    after = browser.get(f"/admin{path}").text
    assert ("送りおわりました" in after, "<strong>2人</strong>" in after) == (True, True)
    assert town.who_got_it() == ["そら", "はな"]
    assert "2人のうち 2人" in browser.get("/admin/announcements").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"words": ""}, "送る文を書いてください。"),
        ({"words": "あ" * 301}, "300文字までにしてください（いま301文字）。"),
        ({"words": "次の相談は金曜です。"}, "「相談」は書けません。画面をほかの人に見られると"),
        ({"words": WORDS, "desk": ""}, "どの窓口の人に送るかを、えらんでください。"),
        ({"words": WORDS, "desk": "all"}, "どの窓口の人に送るかを、えらんでください。"),
    ],
)
def test_what_cannot_go_out_is_said_with_the_mend(town: Town, form: dict[str, str], words: str) -> None:
    answer = _browser(town, "sato").post("/admin/announcements", data={"desk": town.scene.desk_id} | form)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_draft_is_mended_and_given_up(town: Town) -> None:
    browser = _browser(town, "sato")
    path = _write(town, browser)
    assert "送る相手が、まだいません。" in browser.get(f"/admin{path}").text
    bad = browser.post(f"/admin{path}", data={"words": "予約の空き"})
    assert (bad.status_code, "予約の空き" in bad.text) == (422, True)
    assert "午後も あいています。" in _post(browser, path, words="午後も あいています。")
    assert "やめました。これからは、だれにも送りません。" in _post(browser, f"{path}/stop")
    assert "まだありません。" in browser.get("/admin/announcements").text
    assert "もう送っているか、終わっています。" in _post(browser, path, words=WORDS)


def test_more_than_the_month_has_is_refused_with_the_numbers(town: Town) -> None:
    for name in ("そら", "はな"):
        town.someone(name)
    with town.database.transaction() as db:
        quota.keep(db, Quota(allowed=200, used=199), now=town.clock.now())
    browser = _browser(town, "sato")
    path = _write(town, browser)
    page = browser.get(f"/admin{path}").text
    assert "今月の残りでは足りないので、いまは送れません。" in page
    assert ("<strong>1通</strong>" in page, "199通を使いました" in page, "人に送る（" in page) == (
        True,
        True,
        False,
    )
    answer = browser.post(f"/admin{path}/send", data={"shown": "2"})
    assert (answer.status_code, "今月の残りでは足りない" in answer.text) == (422, True)
    town.minute()
    assert town.who_got_it() == []


def test_another_number_than_was_shown_is_shown_first(town: Town) -> None:
    town.someone("そら")
    browser = _browser(town, "sato")
    path = _write(town, browser)
    town.someone("はな")
    assert "まだ どの窓口にも来ていない人で" in browser.get(f"/admin{path}").text
    answer = browser.post(f"/admin{path}/send", data={"shown": "1"})
    assert (answer.status_code, "送る人数か文が変わりました。" in answer.text) == (422, True)
    assert "2人に送る（2通）" in answer.text
    assert "送りはじめます。" in _send(browser, path, "2")
    assert "もう送っているか、終わっています。" in _send(browser, path, "2")


def test_sending_wants_all_factors_anew(town: Town) -> None:
    town.someone("そら")
    browser = _browser(town, "sato")
    path = _write(town, browser)
    town.clock.pass_time(timedelta(minutes=10).total_seconds())
    answer = browser.post(f"/admin{path}/send", data={"shown": "1"})
    assert "ご本人か、確かめます" in answer.text
    town.minute()
    assert town.who_got_it() == []


def test_it_is_stopped_with_one_press(town: Town) -> None:
    town.someone("そら")
    browser = _browser(town, "sato")
    path = _write(town, browser)
    _send(browser, path, "1")
    stopped = _post(browser, f"{path}/stop")
    assert "やめました" in stopped
    town.minute()
    assert town.who_got_it() == []


def test_staff_write_to_their_own_desk_and_a_supervisor_to_all(town: Town) -> None:
    staff, supervisor = _browser(town, "sato"), _browser(town, "mori")
    path = _write(town, staff)
    assert "ぜんぶの窓口の人へ" in _post(supervisor, "/announcements", words=WORDS, desk="all")
    assert supervisor.get(f"/admin{path}").status_code == 200
    assert "ぜんぶの窓口" not in staff.get("/admin/announcements").text
