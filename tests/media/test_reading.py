"""The person is told truly when somebody reads next: at the desks whose staff can see the words, and at no others."""

from collections.abc import Sequence
from datetime import time

from desk.calendar.particulars import Particulars, set_particulars
from desk.calendar.queries import desk_by_code
from desk.wishes.service import keep_wish
from tests.media.phone import Phone
from tests.panel.scene import Scene

FRIDAY, TUESDAY = 4, 1
SOON, LATER = "次に見るのは、13日（金）午前9時です。", "次に見るのは、17日（火）午前10時です。"


def reads(scene: Scene, code: str, hours: Sequence[tuple[int, time]]) -> None:
    """From now on this desk reads at these hours."""
    with scene.house.database.transaction() as db:
        desk = desk_by_code(db, code)
        assert desk is not None
        given = Particulars("", "", "", "", "", hours)
        set_particulars(db, desk_id=desk.id, given=given)


def told_when(phone: Phone) -> str:
    """What somebody is told who writes to staff."""
    phone.types("職員に書く")
    return phone.types("予定を聞きたいです。")


def test_it_is_the_next_time_of_whoever_can_see_it(scene: Scene, phone: Phone) -> None:
    reads(scene, "suwa", [(TUESDAY, time(10))])
    reads(scene, "ueda", [(FRIDAY, time(9))])
    assert SOON in told_when(phone), "before there is a booking every desk sees it"
    phone.types("予約", "諏訪", "1", "1", "自分のこと", "1", "1")
    assert LATER in told_when(phone), "nobody at the other desk sees it any more"
    assert "次に職員が見るのは、17日（火）午前10時です。" in phone.types("いま困っている")
    with scene.house.database.transaction() as db:
        keep_wish(
            db,
            scene.house.vault,
            client_id=phone.client_id,
            desk_code="ueda",
            kind="evening",
            note="",
            now=scene.now,
        )
    assert SOON in told_when(phone), "a wish lets the other desk see it"


def test_where_nobody_has_said_when_they_read_nothing_is_promised(scene: Scene, phone: Phone) -> None:
    reads(scene, "suwa", [])
    phone.types("予約", "諏訪", "1", "1", "自分のこと", "1", "1")
    said = told_when(phone)
    assert "職員が読みます。" in said
    assert "次に見るのは" not in said
