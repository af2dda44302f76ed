"""A desk on which marked words were told in every way there is, so that each sealed column holds some."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
import sqlalchemy as sa

from desk.audit.glass import break_for
from desk.audit.incidents import Told, keep_incident
from desk.booking import service as booking
from desk.booking.outcomes import record_outcome
from desk.clients import consents
from desk.clients import service as clients
from desk.clients.consents import Basis
from desk.clients.spoken import give_code
from desk.clock import BOOT_ID, Tick, at_tokyo, local_date
from desk.conversations.service import keep_message, keep_progress
from desk.database import Connection, new_id
from desk.follow_up.queries import plan_of
from desk.follow_up.service import add_step, record_result
from desk.inbox.service import keep_note
from desk.intake import danger
from desk.intake import service as intake
from desk.media import service as media
from desk.media.queries import to_fetch
from desk.media.rules import Checked
from desk.messaging import service as messaging
from desk.messaging.service import ArrivedEvent, Attempt, inbox_row, keep_events
from desk.notices import mails
from desk.people import totp
from desk.people.addresses import keep_mail
from desk.people.queries import account_by_id
from desk.people.service import add_account, sign_in_as
from desk.reach.service import note_result
from desk.retention.service import ask_hold
from desk.tables.calendar import booking as bookings
from desk.tables.follow_up import reach_task
from desk.wishes.service import keep_wish
from desk.writing.service import keep_draft
from tests.booking.story import FIRST_DAY, Story

LINE_ID = "U" + "c0ffee" * 5 + "42"
PHONE = "090-0000-4242"
NAME = "ミドリカワ"
MAIL = "midorikawa.marked@example.jp"
OFFICER = "目印 花子"
ORIGIN = "468789577898262530"


def marked(what: str) -> str:
    """Words that stand nowhere else."""
    return f"目印{what}のことば"


@dataclass
class Life:
    """Who lives there, and what was planted."""

    story: Story
    client_id: str
    booking_id: str
    account_id: str
    planted: list[str] = field(default_factory=list)


def live(story: Story) -> Life:
    """みどりかわ tells all there is to tell; an officer and a supervisor do the rest."""
    client_id = story.person_of(LINE_ID)
    booked = story.book(client_id, story.times()[0].slot_id, name=NAME)
    with story.database.transaction() as db:
        account_id = _accounts(db, story)
        life = Life(story, client_id, booked.id, account_id)
        life.planted = [LINE_ID, PHONE, PHONE.replace("-", ""), NAME, "みどりかわ", MAIL, OFFICER]
        _tells(db, life)
        _is_written_to(db, life)
        _is_looked_after(db, life)
    _is_followed_up(life)
    _has_come(life)
    return life


def _plant(life: Life, what: str) -> str:
    life.planted.append(marked(what))
    return marked(what)


def _accounts(db: Connection, story: Story) -> str:
    account_id, _link = add_account(db, story.vault, role="staff", desk_id=None, name=OFFICER, now=story.now)
    keep_mail(db, story.vault, account_id=account_id, mail=MAIL)
    mails.put_to(
        db, story.vault, account_id=account_id, address=f"before.{MAIL}", dedupe_key="b", due_at=story.now
    )
    whence = story.vault.index("address", "192.0.2.7")
    sign_in_as(db, account_id=account_id, whence=whence, now=story.now)
    token = totp.begin(db, story.vault, account_id=account_id, real=story.now)
    seed = totp.seed_put_aside(db, story.vault, account_id=account_id, token=token, real=story.now)
    assert seed is not None
    code = pyotp.TOTP(seed).at(story.now)
    assert totp.finish(db, story.vault, account_id=account_id, token=token, code=code, real=story.now)
    return account_id


def _tells(db: Connection, life: Life) -> None:
    vault, now, client_id = life.story.vault, life.story.now, life.client_id
    raw = {"message": {"id": ORIGIN, "text": _plant(life, "生の文")}, "source": {"userId": LINE_ID}}
    event = ArrivedEvent("e1", "message", LINE_ID, 1, json.dumps(raw).encode(), now, Tick(1.0, BOOT_ID))
    keep_events(db, [inbox_row(vault, event)])
    _answers(db, life)
    progress = {"flow": "intake", "answers": {"mind": _plant(life, "途中")}}
    keep_progress(db, vault, client_id=client_id, progress=progress, now=now)
    note = _plant(life, "希望")
    keep_wish(db, vault, client_id=client_id, desk_code="suwa", kind="call_me", note=note, now=now)
    note = _plant(life, "電話の時間")
    clients.set_phone(db, vault, client_id=client_id, phone=PHONE, note=note, now=now)
    who_comes = _plant(life, "同行")
    booking.note_who_comes(db, vault, booking_id=life.booking_id, who_comes=who_comes, now=now)
    life.planted += give_code(db, vault, client_id=client_id).split("・")


def _answers(db: Connection, life: Life) -> None:
    vault, now, client_id = life.story.vault, life.story.now, life.client_id
    consent_id = consents.agree(
        db, client_id=client_id, purpose="answers", text_version="t", text="はい", via="line", now=now
    )
    intake.open_intake(db, client_id=client_id, booking_id=life.booking_id, now=now)
    value = _plant(life, "答え")
    intake.keep_answer(
        db, vault, client_id=client_id, key="mind", value=value, consent_id=consent_id, now=now
    )
    keep_message(
        db,
        vault,
        client_id=client_id,
        purpose="story",
        text=_plant(life, "文"),
        consent_id=consent_id,
        shared=True,
        origin=ORIGIN,
        now=now,
    )
    _sends(db, life, consent_id)
    intake.add_need(db, vault, client_id=client_id, code="housing", account_id=life.account_id, now=now)
    flag_id = intake.raise_flag(
        db,
        vault,
        client_id=client_id,
        codes=["shelter_tonight"],
        level="alarm",
        how="button",
        pressed=[_plant(life, "ボタン")],
        now=now,
    )
    note = _plant(life, "対応")
    intake.close_flag(db, vault, flag_id=flag_id, note=note, account_id=life.account_id, now=now)
    danger.ask(db, vault, client_id=client_id, codes=["violence"], now=now)


def _sends(db: Connection, life: Life, consent_id: str) -> None:
    """A voice that was fetched, and one that is still to be."""
    vault, now = life.story.vault, life.story.now
    for origin in (_plant(life, "写真の番号"), _plant(life, "声の番号")):
        sent: dict[str, Any] = {"client_id": life.client_id, "origin": origin, "now": now}
        what: dict[str, Any] = {"purpose": "staff", "kind": "audio", "text": "", "shared": False}
        message_id = keep_message(db, vault, consent_id=consent_id, **what, **sent)
        media.await_contents(db, vault, message_id=message_id, **sent)
    fetched = to_fetch(db, vault, now=now, limit=1)[0]
    found = Checked("kept", "audio/mp4", _plant(life, "声").encode())
    media.settle(db, vault, media_id=fetched.id, found=found, now=now)


def _is_written_to(db: Connection, life: Life) -> None:
    vault, now = life.story.vault, life.story.now
    says = [{"kind": "staff_message", "facts": {"text": _plant(life, "返事")}}]
    made = messaging.say(db, vault, client_id=life.client_id, says=says, now=now)
    assert made is not None
    keep_draft(
        db, vault, client_id=life.client_id, account_id=life.account_id, text=_plant(life, "下書き"), now=now
    )
    message = messaging.claim_messages(db, token="t", count=1, now=now)[0]
    key = vault.person(_wrapped(db, life.client_id), life.client_id)
    wire = {
        way: key.seal_json(says, f"outbound_message.{way}_wire:{message.key}") for way in ("reply", "push")
    }
    messaging.start_attempts(
        db, [Attempt(made, "reply", wire["reply"]), Attempt(made, "push", wire["push"])], now=now
    )


def _wrapped(db: Connection, client_id: str) -> bytes:
    query = sa.text("SELECT wrapped_key FROM client WHERE id = :id")
    return bytes(db.execute(query, {"id": client_id}).scalar_one())


def _is_looked_after(db: Connection, life: Life) -> None:
    story, vault, now, client_id = life.story, life.story.vault, life.story.now, life.client_id
    basis = Basis(reason=_plant(life, "緊急の理由"), account_id=life.account_id)
    words = {"text_version": "t", "text": "いのち"}
    consents.note_emergency(
        db, vault, client_id=client_id, purpose="follow_up", basis=basis, **words, now=now
    )
    until = local_date(now) + timedelta(days=30)
    reason = _plant(life, "保留の理由")
    ask_hold(db, vault, client_id=client_id, reason=reason, until=until, account_id=life.account_id, now=now)
    by = account_by_id(db, vault, life.account_id)
    assert by is not None
    break_for(
        db, vault, client_id=client_id, reason=_plant(life, "開けた理由"), by=by, sign_in_id=new_id(), now=now
    )
    _is_to_be_reached(db, life)
    told = Told(what=_plant(life, "事故"), malicious=False, found_at=now)
    keep_incident(db, story.vault, told=told, by=life.account_id)
    keep_note(
        db,
        vault,
        note_id=new_id(),
        client_id=client_id,
        account_id=life.account_id,
        text=_plant(life, "引きつぎ"),
        now=now,
    )


def _is_followed_up(life: Life) -> None:
    """They say yes at the desk, a call is planned, and staff note what was said."""
    story = life.story
    mine: dict[str, Any] = {"client_id": life.client_id, "now": story.now}
    yes: dict[str, Any] = {"purpose": "follow_up", "text_version": "t", "text": "はい", "via": "panel"}
    noted: dict[str, Any] = {"result": "trouble", "note": _plant(life, "電話"), "account_id": life.account_id}
    with story.database.transaction() as db:
        consents.agree(db, **mine, **yes)
        add_step(db, story.vault, **mine, desk_id=story.desk_id, way="telephone", due_on=FIRST_DAY)
        (step,) = plan_of(db, story.vault, life.client_id)
        record_result(db, story.vault, follow_up_id=step.id, **noted, now=story.now)


def _is_to_be_reached(db: Connection, life: Life) -> None:
    task_id, now = new_id(), life.story.now
    task = {"id": task_id, "client_id": life.client_id, "why": "blocked", "opened_at": now}
    db.execute(reach_task.insert().values(task))
    tried = {"result": "no_answer", "note": _plant(life, "電話した時"), "account_id": life.account_id}
    note_result(db, life.story.vault, task_id=task_id, **tried, now=now)


def _has_come(life: Life) -> None:
    story, after = life.story, at_tokyo(FIRST_DAY, 13)
    with story.database.transaction() as db:
        record_outcome(
            db,
            story.vault,
            booking_id=life.booking_id,
            outcome="attended",
            promise=_plant(life, "約束"),
            handed_on=True,
            by=life.account_id,
            now=after,
        )
        assert db.execute(sa.select(bookings.c.promise).where(bookings.c.id == life.booking_id)).scalar_one()
