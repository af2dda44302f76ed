"""Whom LINE does not reach: the booking stays, staff are asked once to reach them as agreed, and no longer than needed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.scheduling.follow_ups import ask_due
from bot.scheduling.reach import look as look_by_the_clock
from desk.booking import service as booking
from desk.booking.offering import offer_place
from desk.calendar.queries import free_slots
from desk.clients.consents import agree, withdraw
from desk.clock import local_date
from desk.database import Connection, new_id
from desk.messaging.service import say
from desk.reach import service
from desk.tables.follow_up import follow_up
from desk.tables.messaging import outbound_message
from tests.engines import POSTGRES_BY_DEFAULT
from tests.family.chat import Chat
from tests.panel.scene import ON_THE_DAY, Scene, writes_to_staff
from tests.reach.people import (
    NEW,
    OLD,
    books,
    kinds,
    live,
    look,
    refused_push,
    results,
    tasks,
    write,
)

pytestmark = POSTGRES_BY_DEFAULT


def settles(scene: Scene, result: str) -> None:
    (task,) = tasks(scene)
    write(
        scene,
        lambda db: service.note_result(
            db,
            scene.house.vault,
            task_id=task.id,
            result=result,
            note="留守でした",
            account_id=scene.accounts["sato"],
            now=scene.now,
        ),
    )


def test_who_blocks_us_keeps_the_booking_and_is_to_be_reached_once(scene: Scene) -> None:
    sora = books(scene)
    sora.blocks()
    (task,) = tasks(scene)
    assert (task.client_id, task.why, task.desk_id) == (sora.client_id, "blocked", scene.desk_id)
    assert (live(scene, sora.client_id), kinds(scene, sora.client_id)) == (1, {"booking"})
    assert look(scene) == 0
    assert len(tasks(scene)) == 1


def test_who_comes_back_is_reached_by_line_again_and_who_goes_again_is_asked_for_again(scene: Scene) -> None:
    sora = books(scene)
    sora.blocks()
    sora.returns()
    assert (tasks(scene), results(scene)) == ((), ["back"])
    sora.blocks()
    assert len(tasks(scene)) == 1


def nothing_said(scene: Scene) -> Chat:
    chat = Chat(scene.house, NEW)
    chat.types("こんにちは")
    return chat


def wants_no_messages(scene: Scene) -> Chat:
    sora = books(scene)
    sora.types("おしらせを選ぶ", "いらない")
    assert sora.booking().reminders == "none"
    return sora


def is_telephoned(scene: Scene) -> Chat:
    sora = books(scene)
    row = sora.booking()
    write(scene, lambda db: booking.set_reminders(db, booking_id=row.id, choice="telephone", now=scene.now))
    return sora


@pytest.mark.parametrize("somebody", [nothing_said, wants_no_messages, is_telephoned])
def test_where_nothing_is_to_say_nobody_is_looked_for(
    scene: Scene, somebody: Callable[[Scene], Chat]
) -> None:
    somebody(scene).blocks()
    assert (look(scene), tasks(scene)) == (0, ())


def has_a_place(scene: Scene, client_id: str) -> None:
    def offer(db: Connection) -> None:
        slot_id = free_slots(db, desk_id=scene.desk_id, now=scene.now)[0].slot_id
        until = scene.now + timedelta(days=1)
        offer_place(
            db,
            client_id=client_id,
            slot_id=slot_id,
            offered_for="waiting",
            until=until,
            by="system",
            now=scene.now,
        )

    write(scene, offer)


def has_asked(scene: Scene, client_id: str) -> None:
    writes_to_staff(scene, client_id, "何を持って行けばいいですか。")


def is_to_be_asked(scene: Scene, client_id: str) -> None:
    def plan(db: Connection) -> None:
        consent_id = agree(
            db,
            client_id=client_id,
            purpose="follow_up",
            text_version="t",
            text="はい",
            via="panel",
            now=scene.now,
        )
        step = {"id": new_id(), "client_id": client_id, "desk_id": scene.desk_id, "consent_id": consent_id}
        when = {"way": "message", "due_on": local_date(scene.now), "made_at": scene.now}
        db.execute(follow_up.insert().values(step | when))

    write(scene, plan)


def misses_a_change(scene: Scene, client_id: str) -> None:
    def change(db: Connection) -> None:
        says = [{"kind": "plan_cancelled", "facts": {"starts": "2026-11-27T10:00"}}]
        made = say(
            db,
            scene.house.vault,
            client_id=client_id,
            says=says,
            dedupe_key="plan_cancelled:x:1",
            now=scene.now,
        )
        lost = {"state": "blocked", "settled_at": scene.now}
        db.execute(outbound_message.update().where(outbound_message.c.id == made).values(lost))

    write(scene, change)


@pytest.mark.parametrize(
    ("kind", "arise"),
    [
        ("place", has_a_place),
        ("message", has_asked),
        ("follow_up", is_to_be_asked),
        ("change", misses_a_change),
    ],
)
def test_what_arises_later_is_found_by_the_clock(
    scene: Scene, kind: str, arise: Callable[[Scene, str], None]
) -> None:
    chat = nothing_said(scene)
    chat.blocks()
    assert tasks(scene) == ()
    arise(scene, chat.client_id)
    assert write(scene, lambda db: look_by_the_clock(db, scene.house, scene.now)) == 1
    assert [task.client_id for task in tasks(scene)] == [chat.client_id]
    assert kinds(scene, chat.client_id) == {kind}


def test_a_question_that_found_no_way_is_asked_otherwise_and_one_they_stopped_is_not(scene: Scene) -> None:
    chat = nothing_said(scene)
    is_to_be_asked(scene, chat.client_id)
    chat.blocks()
    noon = scene.at(scene.now + timedelta(days=9, hours=13))
    write(noon, lambda db: ask_due(db, noon.house, noon.now))
    with scene.house.database.reading() as db:
        assert db.execute(sa.select(follow_up.c.state)).scalar_one() == "stopped"
    assert kinds(noon, chat.client_id) == {"follow_up"}
    write(
        noon,
        lambda db: withdraw(
            db, noon.house.vault, client_id=chat.client_id, purpose="follow_up", now=noon.now
        ),
    )
    assert kinds(noon, chat.client_id) == set()


def test_whom_line_refuses_is_to_be_reached_until_staff_have_dealt_with_it(scene: Scene) -> None:
    chat = nothing_said(scene)
    refused_push(scene, chat.client_id)
    assert look(scene) == 1
    (task,) = tasks(scene)
    assert (task.why, kinds(scene, chat.client_id)) == ("gone", {"unsent"})


def test_nobody_answered_leaves_it_there_and_reached_ends_it_until_there_is_news(scene: Scene) -> None:
    sora = books(scene)
    sora.blocks()
    settles(scene, "no_answer")
    (task,) = tasks(scene)
    assert (task.result, task.note) == ("no_answer", "留守でした")
    settles(scene, "reached")
    later = scene.at(scene.now + timedelta(minutes=5))
    assert (look(later), tasks(scene), results(scene)) == (0, (), ["reached"])
    has_asked(later, sora.client_id)
    assert look(later) == 1


def test_without_a_means_it_is_closed_and_said_so(scene: Scene) -> None:
    sora = books(scene)
    sora.blocks()
    settles(scene, "no_means")
    assert (look(scene.at(scene.now + timedelta(days=1))), results(scene)) == (0, ["no_means"])
    assert live(scene, sora.client_id) == 1


def test_once_the_visit_is_over_nobody_is_looked_for(scene: Scene) -> None:
    books(scene).blocks()
    assert look(scene.at(ON_THE_DAY + timedelta(hours=3))) == 0
    assert (tasks(scene), results(scene)) == ((), [None])


def test_old_and_new_stand_apart_by_person(scene: Scene) -> None:
    books(scene).blocks()
    books(scene, NEW, "はな").blocks()
    assert len({task.client_id for task in tasks(scene)}) == 2
    Chat(scene.house, OLD).returns()
    assert [task.client_id for task in tasks(scene)] == [Chat(scene.house, NEW).client_id]
