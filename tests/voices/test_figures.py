"""件数 shows what was answered: years that are over, from five answers, desk by desk, and nobody in them."""

from datetime import date, datetime

from desk.clock import at_tokyo
from desk.database import new_id
from desk.tables.follow_up import visit_voice
from tests.engines import POSTGRES_BY_DEFAULT
from tests.panel.scene import Scene

NEXT_YEAR = at_tokyo(date(2027, 4, 1), 9)
NOTHING = "まだ、出せる数は ありません。"
FOUR = ("good", "good", "so_so", "hard")


def answered(scene: Scene, desk_id: str, year: int, answers: tuple[str, ...]) -> None:
    """So many answers of one year at one desk."""
    rows = [{"id": new_id(), "desk_id": desk_id, "year": year, "answer": answer} for answer in answers]
    with scene.house.database.transaction() as db:
        db.execute(visit_voice.insert(), rows)


def totals(scene: Scene, who: str, moment: datetime = NEXT_YEAR) -> str:
    """The part of 件数 about these answers."""
    page = scene.at(moment).browser(who).get("/admin/totals")
    assert page.status_code == 200
    return page.text.split("来たあとの声")[1].split("困りごとの 見つけ方")[0]


def test_four_answers_are_not_shown_and_five_are(scene: Scene) -> None:
    answered(scene, scene.desk_id, 2026, FOUR)
    assert NOTHING in totals(scene, "sato")
    answered(scene, scene.desk_id, 2026, ("good",))
    shown = totals(scene, "sato")
    assert NOTHING not in shown
    row = shown.split("2026年度")[1]
    assert [row.split(f'data-head="{head}">')[1][0] for head in ("よかった", "ふつう", "つらかった")] == [
        *("3", "1", "1")
    ]


@POSTGRES_BY_DEFAULT
def test_a_year_is_shown_when_it_is_over_so_that_no_single_answer_can_be_seen_to_come(scene: Scene) -> None:
    answered(scene, scene.desk_id, 2026, (*FOUR, *FOUR))
    assert NOTHING in totals(scene, "sato", at_tokyo(date(2027, 3, 31), 23))
    assert "2026年度" in totals(scene, "sato")


@POSTGRES_BY_DEFAULT
def test_everybody_sees_the_desks_in_their_sight_and_never_a_sum(scene: Scene) -> None:
    answered(scene, scene.desk_id, 2026, (*FOUR, "good"))
    answered(scene, scene.other_desk_id, 2026, (*FOUR, "hard"))
    seen = {who: totals(scene, who).count("2026年度") for who in ("ken", "mori", "sato", "ogawa")}
    assert seen == {"ken": 2, "mori": 2, "sato": 1, "ogawa": 1}


@POSTGRES_BY_DEFAULT
def test_a_desk_with_few_answers_stays_out_beside_one_with_many(scene: Scene) -> None:
    answered(scene, scene.desk_id, 2026, (*FOUR, "good"))
    answered(scene, scene.other_desk_id, 2026, FOUR)
    shown = totals(scene, "mori")
    assert "諏訪" in shown
    assert "上田" not in shown
