"""フォローの段どり: what a desk usually does after a visit, written down by its staff."""

from collections.abc import Sequence

from httpx2 import Response
from starlette.testclient import TestClient

from desk.follow_up.queries import usual_steps
from desk.follow_up.rules import USUAL_STEPS, Step
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import Scene

pytestmark = ONE_BY_DEFAULT


def keep(somebody: TestClient, rows: Sequence[tuple[str, str]]) -> Response:
    """The form as it is sent: days and way, line by line."""
    data = {"days": [days for days, _ in rows], "way": [way for _, way in rows]}
    return somebody.post("/admin/follow-up-steps/suwa", data=data)


def kept(scene: Scene) -> tuple[Step, ...]:
    with scene.house.database.reading() as db:
        return usual_steps(db, scene.desk_id)


def test_the_usual_steps_are_there_to_begin_with_and_each_desk_has_its_own(scene: Scene) -> None:
    staff = scene.browser("sato")
    page = staff.get("/admin/follow-up-steps").text
    assert [f'value="{days}"' in page for days in (7, 30, 90, 180)] == [True] * 4
    assert "上田" not in page
    assert "フォローの段どり" in staff.get("/admin/settings").text
    answer = keep(staff, [("３０", "telephone"), ("", "message"), ("7", "message"), ("", "visit")])
    assert "設定を記録しました" in answer.text
    assert kept(scene) == (Step(7, "message"), Step(30, "telephone"))


FAULTS = (
    ([("", "message")], "1つは書いてください"),
    ([("七", "message")], "数字で書いてください"),
    ([("0", "message")], "数字で書いてください"),
    ([("731", "message")], "数字で書いてください"),
    ([("7", "pigeon")], "数字で書いてください"),
    ([("7", "message"), ("7", "telephone")], "同じ日数が、2つあります"),
)


def test_what_cannot_be_kept_is_said_and_stays_to_be_mended(scene: Scene) -> None:
    staff = scene.browser("sato")
    for rows, fault in FAULTS:
        answer = keep(staff, rows)
        assert answer.status_code == 422
        assert fault in answer.text
        assert f'value="{rows[0][0]}"' in answer.text
    assert kept(scene) == USUAL_STEPS


def test_nobody_writes_another_desk_s_steps(scene: Scene) -> None:
    assert keep(scene.browser("ogawa"), [("7", "message")]).status_code == 404
    assert keep(scene.browser("kobayashi"), [("7", "message")]).status_code == 403
    assert keep(scene.browser("mori"), [("7", "visit")]).status_code == 200
    assert kept(scene) == (Step(7, "visit"),)
