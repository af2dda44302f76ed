"""Mails say that there is news and nothing else: bundled, not at night but for an alarm, tried again, given up at last."""

import socket
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.scheduling.mail import plan_news, plan_week, post_due
from desk.booking.rules import decent_time
from desk.clock import at_tokyo
from desk.discretion import telling_word
from desk.notices.post import sender_of
from desk.notices.queries import open_for_officer
from desk.notices.rules import wait_before_next_mail
from desk.notices.service import acknowledge
from desk.people.addresses import hint_of, keep_mail
from desk.settings import Settings
from desk.tables.notices import mail
from desk.tables.people import account
from simulator.server import running_simulator
from tests.notices.post_office import PostOffice
from tests.panel.scene import BOOKED_AT, Scene, hana_books, has_no_bed, sora_books
from tests.panel.test_week import counts
from tomarigi.doctor import check_mail_server
from tomarigi.worker import run_once

MORNING = decent_time(BOOKED_AT)
NOON = at_tokyo(date(2026, 11, 13), 12)


def work(scene: Scene) -> None:
    """What the worker does now: plan, then post."""
    now = scene.now
    with scene.house.database.transaction() as db:
        plan_news(db, scene.house, now)
    post_due(scene.house, now)


def _states(scene: Scene) -> list[tuple[str, int, str]]:
    with scene.house.database.reading() as db:
        rows = db.execute(sa.select(mail.c.state, mail.c.attempts, mail.c.fault).order_by(mail.c.id))
        return [(row.state, row.attempts, row.fault) for row in rows]


def test_one_neutral_mail_in_the_morning_for_all_that_happened_at_night(
    scene: Scene, office: PostOffice
) -> None:
    sora_books(scene)
    hana_books(scene)
    work(scene)
    assert office.received == [], "nobody is disturbed at 23:40"
    work(scene.at(MORNING - timedelta(minutes=1)))
    assert office.received == []
    work(scene.at(MORNING))
    assert office.to() == ["kobayashi@example.jp", "hara@example.jp"]
    first = office.mails()[0]
    assert str(first["Subject"]) == "お知らせが2件あります"
    assert first.get_content().splitlines()[:3] == [
        "お知らせが2件あります。",
        "",
        "http://localhost:8000/admin/",
    ]
    work(scene.at(MORNING + timedelta(hours=3)))
    assert len(office.received) == 2, "no second mail about the same news"


def test_no_mail_holds_a_word_that_tells_a_name_or_a_day(scene: Scene, office: PostOffice) -> None:
    has_no_bed(scene, sora_books(scene))
    work(scene.at(NOON))
    with scene.house.database.transaction() as db:
        plan_week(db, scene.house, at_tokyo(date(2026, 11, 16), 9))
    work(scene.at(at_tokyo(date(2026, 11, 16), 9)))
    assert len(office.received) >= 4
    for letter in office.mails():
        text = f"{letter}\n{letter['Subject']}\n{letter['From']}\n{letter.get_content()}"
        for name in ("そら", "はな", "小林", "原", "佐藤", "諏訪"):
            assert telling_word(text, called=[name]) is None
            assert name not in text
        assert "月" not in letter.get_content()


def test_news_within_the_hour_is_bundled(scene: Scene, office: PostOffice) -> None:
    day = scene.at(NOON)
    sora_books(day)
    work(day)
    assert office.to() == ["kobayashi@example.jp", "hara@example.jp"]
    ten_past = scene.at(NOON + timedelta(minutes=10))
    hana_books(ten_past)
    work(ten_past)
    work(scene.at(NOON + timedelta(minutes=59)))
    assert len(office.received) == 2
    work(scene.at(NOON + timedelta(minutes=60)))
    assert len(office.received) == 4


def test_what_was_seen_meanwhile_sends_no_mail(scene: Scene, office: PostOffice) -> None:
    sora_books(scene)
    work(scene)
    with scene.house.database.transaction() as db:
        for who in ("kobayashi", "hara"):
            account_id = scene.accounts[who]
            seen = [row.id for row in open_for_officer(db, account_id=account_id, now=scene.now)]
            acknowledge(db, notice_ids=seen, account_id=account_id, entered_by=account_id, now=scene.now)
    work(scene.at(MORNING))
    assert office.received == []
    assert _states(scene) == [("dropped", 1, ""), ("dropped", 1, "")]


def test_staff_learn_of_what_no_officer_has_seen_for_a_day(scene: Scene, office: PostOffice) -> None:
    day = scene.at(NOON)
    sora_books(day)
    work(day)
    assert "sato@example.jp" not in office.to()
    work(scene.at(NOON + timedelta(hours=24)))
    assert office.to().count("sato@example.jp") == 1


def test_on_mondays_staff_read_how_many_things_wait(scene: Scene, office: PostOffice) -> None:
    has_no_bed(scene, sora_books(scene))
    monday = at_tokyo(date(2026, 11, 16), 9)
    for moment in (monday - timedelta(days=1), monday, monday + timedelta(hours=1)):
        with scene.house.database.transaction() as db:
            plan_week(db, scene.house, moment)
        post_due(scene.house, moment)
    assert office.to() == ["sato@example.jp"]
    waiting = counts(scene.at(monday).browser("sato").get("/admin/week").text)
    tiles = ("緊急サイン", "当番が足りない日", "電話で伝える人")
    assert [waiting[tile] for tile in tiles] == [1, 1, 2]
    assert str(office.mails()[0]["Subject"]) == "今週、4件が待っています"


def test_a_server_that_is_down_is_tried_again_after_a_growing_while(scene: Scene, office: PostOffice) -> None:
    day = scene.at(NOON)
    sora_books(day)
    office.busy = True
    work(day)
    assert _states(scene) == [("waiting", 1, "SMTPRecipientsRefused"), ("waiting", 0, "")]
    work(scene.at(NOON + timedelta(seconds=50)))
    assert [tries for _, tries, _ in _states(scene)] == [1, 1], "one rests, and the other is tried"
    office.busy = False
    work(scene.at(NOON + timedelta(minutes=2)))
    assert office.to() == ["kobayashi@example.jp", "hara@example.jp"]
    assert _states(scene) == [("sent", 2, ""), ("sent", 2, "")]


def test_what_could_not_be_sent_in_the_evening_waits_for_the_morning(
    scene: Scene, office: PostOffice
) -> None:
    evening = at_tokyo(date(2026, 11, 13), 20, 59)
    sora_books(scene.at(evening))
    office.busy = True
    work(scene.at(evening))
    office.busy = False
    for later in (timedelta(minutes=1), timedelta(hours=3)):
        work(scene.at(evening + later))
    assert office.received == []
    work(scene.at(at_tokyo(date(2026, 11, 14), 8)))
    assert sorted(office.to()) == ["hara@example.jp", "kobayashi@example.jp"]


def test_a_server_that_does_not_answer_is_tried_again_too(scene: Scene) -> None:
    door = socket.create_server(("127.0.0.1", 0))
    url = f"smtp://127.0.0.1:{door.getsockname()[1]}"
    door.close()
    settings = scene.house.settings.model_copy(update={"smtp_url": url})
    sora_books(scene.at(NOON))
    work(replace(scene, house=replace(scene.house, settings=settings)).at(NOON))
    assert _states(scene)[0] == ("waiting", 1, "ConnectionRefusedError")


def test_the_doctor_tries_the_server(office: PostOffice) -> None:
    door = socket.create_server(("127.0.0.1", 0))
    closed = f"smtp://127.0.0.1:{door.getsockname()[1]}"
    door.close()
    assert _doctor_of_mail(office.url) == []
    (finding,) = _doctor_of_mail(closed)
    assert "the mail server does not let us in (ConnectionRefusedError)" in finding
    assert _doctor_of_mail(f"{office.url[:7]}desk:word@{office.url[7:]}") != [], "no such user there"
    assert office.received == []


def _doctor_of_mail(url: str) -> list[str]:
    settings = Settings(_env_file=None, smtp_url=url)  # type: ignore[call-arg]  # pydantic's own argument
    return list(check_mail_server(settings))


def test_a_mail_that_could_not_be_sent_for_a_day_is_given_up_and_shown(
    scene: Scene, office: PostOffice
) -> None:
    day = scene.at(NOON)
    sora_books(day)
    office.busy = True
    work(day)
    assert "届かなかったメール" in scene.at(NOON).browser("kanri").get("/admin/parked").text
    work(scene.at(NOON + timedelta(hours=25)))
    page = scene.at(NOON + timedelta(hours=25)).browser("kanri").get("/admin/parked").text
    assert "小林さんあて" in page
    assert "kobayashi@example.jp" not in page
    assert [state for state, _, _ in _states(scene)[:2]] == ["failed", "failed"]


def test_a_refused_recipient_is_given_up_at_once(scene: Scene, office: PostOffice) -> None:
    day = scene.at(NOON)
    sora_books(day)
    office.refused.add("kobayashi@example.jp")
    work(day)
    assert _states(scene) == [("failed", 1, "recipient refused: 550"), ("sent", 1, "")]
    page = day.browser("kanri").get("/admin/parked").text
    assert "その宛先には、届きません" in page


def test_who_dies_between_sending_and_settling_sends_once_more_under_the_same_name(
    scene: Scene, office: PostOffice
) -> None:
    day = scene.at(NOON)
    sora_books(day)
    work(day)
    with scene.house.database.transaction() as db:
        # What a process leaves that is killed once the server has the mail.
        theirs = mail.update().where(mail.c.account_id == scene.accounts["kobayashi"])
        db.execute(theirs.values(state="waiting", settled_at=None, due_at=NOON + timedelta(minutes=10)))
    post_due(scene.house, NOON + timedelta(minutes=9))
    assert office.to() == ["kobayashi@example.jp", "hara@example.jp"], "for ten minutes it is his who died"
    post_due(scene.house, NOON + timedelta(minutes=11))
    assert office.to() == ["kobayashi@example.jp", "hara@example.jp", "kobayashi@example.jp"]
    assert office.mails()[0]["Message-ID"] == office.mails()[2]["Message-ID"]
    assert office.mails()[0]["Message-ID"] != office.mails()[1]["Message-ID"]


def test_the_worker_plans_and_posts(scene: Scene, office: PostOffice) -> None:
    day = scene.at(NOON)
    sora_books(day)
    with running_simulator("", "a secret for tests", "a token for tests") as line:
        settings = day.house.settings.model_copy(update={"line_api_base_url": line.base_url})
        run_once(replace(day.house, settings=settings))
    assert sorted(office.to()) == ["hara@example.jp", "kobayashi@example.jp"]


def test_without_a_server_no_mail_is_planned(scene: Scene) -> None:
    settings = scene.house.settings.model_copy(update={"smtp_url": ""})
    silent = replace(scene.house, settings=settings)
    sora_books(scene)
    with scene.house.database.transaction() as db:
        assert plan_news(db, silent, NOON) == 0
        assert plan_week(db, silent, at_tokyo(date(2026, 11, 16), 9)) == 0
    assert post_due(silent, NOON) == 0


def test_an_address_is_sealed_and_never_shown_in_full(scene: Scene) -> None:
    with scene.house.database.reading() as db:
        kept = db.execute(
            sa.select(account.c.mail).where(account.c.id == scene.accounts["kobayashi"])
        ).scalar_one()
    assert b"kobayashi" not in kept
    for who, path in (("kobayashi", "own"), ("kanri", "accounts"), ("mori", "accounts")):
        page = scene.browser(who).get(f"/admin/{path}").text
        assert "k…@example.jp" in page
        assert "kobayashi@example.jp" not in page
    assert hint_of(None) == ""


def test_the_administrator_or_the_person_sets_the_address_and_a_wrong_one_is_told(scene: Scene) -> None:
    admin, own = scene.browser("kanri"), scene.browser("hara")
    path = f"/admin/accounts/{scene.accounts['kobayashi']}/mail"
    for browser, where in ((admin, path), (own, "/admin/own/mail")):
        for wrong in ("こばやし", "a@b", "a@example.jp\r\nBcc: b@example.jp", "x" * 300 + "@example.jp"):
            refused = browser.post(where, data={"mail": wrong})
            assert refused.status_code == 422
            assert "メールの宛先を、たしかめてください。" in refused.text
        mended = browser.post(where, data={"mail": "a@b"}).text
        assert 'value="a@b"' in mended, "an empty field, pressed again, would delete the one in force"
        assert "メールの宛先を記録しました。" in browser.post(where, data={"mail": "ｈ@example.jp"}).text
        assert "メールの宛先を消しました。" in browser.post(where, data={"mail": ""}).text
    assert scene.browser("sato").post(path, data={"mail": "h@example.jp"}).status_code == 403


def test_a_mail_comes_from_the_servers_user_or_from_our_own_host() -> None:
    assert sender_of("smtps://desk%40example.jp:word@mail.example.jp", "desk.example.jp") == "desk@example.jp"
    assert sender_of("smtp://mail.example.jp:25", "desk.example.jp") == "tomarigi@desk.example.jp"


def test_somebody_who_has_left_gets_no_mail(scene: Scene, office: PostOffice) -> None:
    day = scene.at(NOON)
    sora_books(day)
    with scene.house.database.transaction() as db:
        plan_news(db, scene.house, NOON)
        keep_mail(db, scene.house.vault, account_id=scene.accounts["kobayashi"], mail="")
    post_due(scene.house, NOON)
    assert office.to() == ["hara@example.jp"]


@pytest.mark.parametrize(("tries", "minutes"), [(0, 1), (1, 1), (2, 4), (3, 16), (4, 60), (9, 60)])
def test_tries_grow_further_apart(tries: int, minutes: int) -> None:
    assert wait_before_next_mail(tries) == timedelta(minutes=minutes)
