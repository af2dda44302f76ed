"""Who comes back with a new LINE account: linked after checking, exact to undo, and nothing told is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk.booking.waiting_list import join
from desk.clients.consents import agree
from desk.clients.erasing import finish_erasures
from desk.clients.queries import address_of, client_by_id, client_of_address, joined_to
from desk.clients.relinking import UNDO_WITHIN, NotToBeLinked, links_of
from desk.conversations.queries import messages_of
from desk.conversations.service import keep_message
from desk.database import Connection
from desk.messaging.queries import due_messages
from desk.messaging.service import say
from desk.reach import asking, queries
from desk.reach.queries import Request
from desk.record import service as record
from desk.record.queries import kept_of
from desk.tables.clients import address, page_link
from desk.tables.conversations import message
from desk.tables.follow_up import relink_request
from tests.engines import ONE_BY_DEFAULT
from tests.family.chat import Chat
from tests.panel.scene import Scene
from tests.reach.people import NEW, OLD, OTHER, books, code_for, number_of, results, tasks, write

pytestmark = ONE_BY_DEFAULT


def comes_anew(scene: Scene, user_id: str = NEW) -> Chat:
    """The same person, with a new telephone."""
    chat = Chat(scene.house, user_id)
    chat.types("こんにちは")
    return chat


def asks(chat: Chat, known_by: str, name: str) -> str:
    return chat.types("前の予約と つなげたい", known_by, name)


def request_of(scene: Scene, client_id: str) -> Request | None:
    with scene.house.database.reading() as db:
        return queries.request_of(db, client_id)


def link(scene: Scene, old: str, new: str) -> str:
    """A minute later staff link them; returns the link's id."""
    by: dict[str, Any] = {"account_id": scene.accounts["sato"], "now": scene.now + timedelta(minutes=1)}
    write(scene, lambda db: asking.link(db, scene.house.vault, client_id=old, from_id=new, **by))
    with scene.house.database.reading() as db:
        return links_of(db, old, now=scene.now)[0].id


def part(scene: Scene, link_id: str) -> str:
    return write(scene, lambda db: asking.part(db, scene.house.vault, link_id=link_id, now=scene.now))


def writes(scene: Scene, client_id: str, text: str, origin: str) -> None:
    """They write to staff, and it is kept."""

    def keep(db: Connection) -> None:
        consent_id = agree(
            db,
            client_id=client_id,
            purpose="answers",
            text_version="t",
            text="はい",
            via="line",
            now=scene.now,
        )
        told = {"client_id": client_id, "purpose": "staff", "text": text, "consent_id": consent_id}
        keep_message(db, scene.house.vault, **told, shared=True, origin=origin, now=scene.now)

    write(scene, keep)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(NotToBeLinked) as fault:
        act()
    return fault.value.why


def test_whoever_asks_hears_the_same_whatever_they_type(scene: Scene) -> None:
    sora = books(scene)
    chats = [comes_anew(scene, f"U{sign * 32}") for sign in "1234"]
    answers = {
        asks(chats[0], number_of(sora), "そら"),
        asks(chats[1], number_of(sora), "うみ"),
        asks(chats[2], "9999", "そら"),
        asks(chats[3], "わからない", "わからない"),
    }
    assert len(answers) == 1
    assert "うけとりました。職員が たしかめます。" in answers.pop()
    found = [request_of(scene, chat.client_id) for chat in chats]
    assert [(each.meant_id, each.name_fits) for each in found if each] == [
        (sora.client_id, True),
        (sora.client_id, False),
        (None, False),
        (None, False),
    ]


def test_by_spoken_code_in_any_order_and_the_last_try_counts(scene: Scene) -> None:
    sora = books(scene)
    words = code_for(scene, sora).split("・")
    new = comes_anew(scene)
    asks(new, "9999", "そら")
    asks(new, "、".join(reversed(words)), "そら")
    asked = request_of(scene, new.client_id)
    assert asked is not None
    assert (asked.meant_id, asked.name_fits) == (sora.client_id, True)
    with scene.house.database.reading() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(relink_request)).scalar_one() == 1


def test_a_long_story_instead_of_a_number_is_kept_and_the_question_comes_again(scene: Scene) -> None:
    new = comes_anew(scene)
    told = new.types(
        "前の予約とつなげたい", "機種を変えたので、前の番号が分からなくなってしまいました。すみません。"
    )
    assert "会う日の人に、この文を見せて いいですか" in told
    assert "前の 予約番号か 合言葉を" in new.types("1")


def test_the_account_speaks_for_the_earlier_person_and_back_again(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    was, number = new.client_id, number_of(old)
    assert number not in new.types("予約確認")
    old.blocks()
    asks(new, number, "そら")
    link_id = link(scene, old.client_id, was)
    assert new.client_id == old.client_id
    assert f"予約番号 {number}" in new.types("予約確認")
    assert (tasks(scene), results(scene), request_of(scene, was)) == ((), ["back"], None)
    with scene.house.database.reading() as db:
        reached = address_of(db, scene.house.vault, old.client_id)
        assert (reached.user_id, reached.blocked) == (NEW, False) if reached else False
    assert part(scene, link_id) == was
    assert (new.client_id, old.client_id) == (was, Chat(scene.house, OLD).client_id)
    assert number not in new.types("予約確認")
    assert [task.client_id for task in tasks(scene)] == [old.client_id], "LINE reaches them no more"


def test_it_is_undone_once_and_not_after_thirty_days(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    link_id = link(scene, old.client_id, new.client_id)
    assert (
        refused(lambda: part(scene.at(scene.now + UNDO_WITHIN + timedelta(minutes=1)), link_id)) == "too_late"
    )
    part(scene, link_id)
    assert refused(lambda: part(scene, link_id)) == "too_late"


def test_what_was_open_in_either_chat_or_on_a_page_is_closed(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    old.types("職員に書く")
    new.types("予約", "諏訪")
    link_id = link(scene, old.client_id, new.client_id)
    assert "何を しますか" in new.types("1"), "no number means what somebody else was asked"
    new.types("わたしの記録", "見る・なおす")
    part(scene, link_id)
    with scene.house.database.reading() as db:
        theirs = sa.select(page_link).where(page_link.c.client_id == old.client_id)
        assert db.execute(theirs).first() is None


def holds(_scene: Scene, new: Chat) -> None:
    new.types("予約", "諏訪", "1")


def waits(scene: Scene, new: Chat) -> None:
    write(scene, lambda db: join(db, client_id=new.client_id, desk_id=scene.desk_id, now=scene.now))


@pytest.mark.parametrize("plan", [holds, waits, lambda scene, new: books(scene, new.user_id, "うみ")])
def test_who_has_a_place_or_waits_under_both_numbers_is_not_linked(
    scene: Scene, plan: Callable[[Scene, Chat], object]
) -> None:
    old, new = books(scene), comes_anew(scene)
    plan(scene, new)
    assert refused(lambda: link(scene, old.client_id, new.client_id)) == "booked"
    assert new.client_id != old.client_id


def test_who_has_booked_anew_keeps_that_and_the_earlier_number_is_joined_to_it(scene: Scene) -> None:
    old = comes_anew(scene, OLD)
    was = old.client_id
    new = books(scene, NEW, "うみ")
    old.blocks()
    writes(scene, was, "前に書いたことです。", "m1")
    link_id = link(scene, was, new.client_id)
    assert new.booking().called_name == "うみ"
    with scene.house.database.reading() as db:
        assert joined_to(db, new.client_id) == (was,)
        reached = address_of(db, scene.house.vault, new.client_id)
        assert reached is not None
        assert (reached.user_id, reached.blocked) == (NEW, False), "reached by the telephone they hold"
        told = kept_of(db, scene.house.vault, new.client_id).messages
        assert [row.text for row in told] == ["前に書いたことです。"]
    part(scene, link_id)
    assert (old.client_id, new.booking().called_name) == (was, "うみ")


def test_nobody_is_linked_with_themselves_or_without_an_account(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    was = new.client_id
    assert refused(lambda: link(scene, old.client_id, old.client_id)) == "oneself"
    link(scene, old.client_id, was)
    assert refused(lambda: link(scene, old.client_id, was)) == "no_account"


def test_a_link_cannot_go_round_in_a_circle_nor_be_undone_before_a_later_one(scene: Scene) -> None:
    one, two, three = comes_anew(scene, OLD), comes_anew(scene), comes_anew(scene, OTHER)
    ids = [one.client_id, two.client_id, three.client_id]
    first = link(scene, ids[1], ids[2])
    second = link(scene.at(scene.now + timedelta(minutes=1)), ids[0], ids[1])
    with scene.house.database.reading() as db:
        assert joined_to(db, ids[0]) == (ids[1], ids[2])
    assert refused(lambda: part(scene, first)) == "linked"
    assert refused(lambda: link(scene, ids[1], ids[0])) == "linked"
    part(scene, second)
    part(scene, first)
    assert [chat.client_id for chat in (one, two, three)] == ids


def test_what_was_said_under_the_new_number_stays_there_and_is_theirs(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    was, vault = new.client_id, scene.house.vault
    writes(scene, was, "新しい電話です。", "m1")
    link(scene, old.client_id, was)
    with scene.house.database.reading() as db:
        assert [row.text for row in messages_of(db, vault, was)] == ["新しい電話です。"]
        assert [row.text for row in kept_of(db, vault, old.client_id).messages] == ["新しい電話です。"]
    new._hears({"type": "unsend", "unsend": {"messageId": "m1"}})
    with scene.house.database.reading() as db:
        assert db.execute(sa.select(message.c.kind)).scalar_one() == "unsent"
    writes(scene, was, "もうひとつ。", "m2")
    assert "「はい」" in new.types("同意", "答えと 書いたもの")
    assert "答えと 書いたものは、消しました" in new.types("この同意を やめる")
    assert "答えと 書いたもの" not in new.types("同意")
    with scene.house.database.reading() as db:
        assert messages_of(db, vault, was) == ()


def test_what_is_still_to_be_said_to_the_new_number_finds_the_account(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    was, vault = new.client_id, scene.house.vault
    says = [{"kind": "staff_message", "facts": {"text": "お返事です。"}}]
    write(scene, lambda db: say(db, vault, client_id=was, says=says, now=scene.now))
    link_id = link(scene, old.client_id, was)
    with scene.house.database.transaction() as db:
        due = [row for row in due_messages(db, count=20, now=scene.now) if row.client_id == was]
        assert [row.address_state for row in due] == ["following"]
        reached = address_of(db, vault, was)
    assert reached is not None
    assert reached.user_id == NEW
    part(scene, link_id)
    with scene.house.database.reading() as db:
        assert address_of(db, vault, was) == reached


def test_who_blocks_with_one_account_is_reached_by_the_other(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    link(scene, old.client_id, new.client_id)
    Chat(scene.house, OLD).blocks()
    assert tasks(scene) == ()
    with scene.house.database.reading() as db:
        states = {row.address_index: row.state for row in db.execute(sa.select(address))}
    by_user = {user: scene.house.vault.index("line", user) for user in (OLD, NEW)}
    assert (states[by_user[OLD]], states[by_user[NEW]]) == ("blocked", "following")
    new.blocks()
    assert [task.client_id for task in tasks(scene)] == [old.client_id]


def test_to_be_forgotten_means_all_of_it(scene: Scene) -> None:
    old, new = books(scene), comes_anew(scene)
    was, vault = new.client_id, scene.house.vault
    writes(scene, was, "新しい電話です。", "m1")
    link(scene, old.client_id, was)
    whose = old.client_id
    write(scene, lambda db: record.erase(db, vault, client_id=whose, now=scene.now))
    with scene.house.database.reading() as db:
        assert [row.erased for each in (whose, was) if (row := client_by_id(db, each))] == [True, True]
        last_word = address_of(db, vault, whose)
        assert last_word is not None
        assert last_word.user_id == NEW, "each account keeps its own id until the last word is said"
        assert client_of_address(db, vault, OLD) == whose
    later = scene.now + timedelta(days=60)
    write(scene, lambda db: db.execute(sa.text("UPDATE outbound_message SET state = 'dropped'")))
    write(scene, lambda db: finish_erasures(db, now=later))
    write(scene, lambda db: finish_erasures(db, now=later))
    with scene.house.database.reading() as db:
        assert db.execute(sa.select(address)).first() is None
        assert [client_by_id(db, each) for each in (whose, was)] == [None, None]


def test_staff_who_find_nobody_say_so_kindly(scene: Scene) -> None:
    new = comes_anew(scene)
    asks(new, "9999", "そら")
    by: dict[str, Any] = {"account_id": scene.accounts["sato"], "now": scene.now}
    before = len(new.said())
    for _ in range(2):
        write(scene, lambda db: asking.decline(db, scene.house.vault, client_id=new.client_id, **by))
    (said,) = new.said()[before:]
    assert "見つけられませんでした" in said
    assert request_of(scene, new.client_id) is None
