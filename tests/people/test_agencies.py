"""The agencies file, and which agencies fit somebody's needs."""

from datetime import date, timedelta

import pytest

from desk.agencies import queries, service
from desk.agencies.rules import COLUMNS, WrongAgencies, needs_check
from tests.panel.scene import SAMPLE_AGENCIES, Scene

HEAD = ",".join(COLUMNS)


def take_in(scene: Scene, content: bytes) -> int:
    with scene.house.database.transaction() as db:
        return service.import_csv(db, organisation_id=scene.organisation_id, content=content)


def names(scene: Scene) -> list[str]:
    with scene.house.database.reading() as db:
        return [row.name for row in queries.agencies(db, organisation_id=scene.organisation_id)]


def test_a_file_from_a_spreadsheet_is_taken_in_with_its_bom(scene: Scene) -> None:
    row = "役場,1階,平日,0266-00-0030,住む所がありません,住まい money,2026/11/1"
    assert take_in(scene, f"\ufeff{HEAD}\r\n{row}\r\n".encode()) == 1
    with scene.house.database.reading() as db:
        (agency,) = queries.agencies(db, organisation_id=scene.organisation_id)
    assert (agency.needs, agency.checked_on) == (("housing", "money"), date(2026, 11, 1))


def test_what_goes_out_comes_in_unchanged(scene: Scene) -> None:
    with scene.house.database.reading() as db:
        before = queries.agencies(db, organisation_id=scene.organisation_id)
    take_in(scene, queries.as_csv(before).encode())
    with scene.house.database.reading() as db:
        after = queries.agencies(db, organisation_id=scene.organisation_id)
    assert queries.as_csv(after) == queries.as_csv(before)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"\x83\x5c\x83\x8b", 1, "CSV UTF-8"),
        (b"", 1, "1行目に列の名前がありません"),
        ("名前,電話\n役場,110\n".encode(), 1, "窓口、受付時間"),
        (f"{HEAD}\n,,,,,,\n".encode(), 2, "「名前」を入れてください"),
        (f"{HEAD}\n=1+1,,,,,,\n".encode(), 2, "先頭の ="),
        (f"{HEAD}\n役場,,,,,しあわせ,\n".encode(), 2, "「しあわせ」は、決まった言葉ではありません"),
        (f"{HEAD}\n役場,,,,,,きのう\n".encode(), 2, "2026-11-21 のように"),
        (f"{HEAD}\n{'役' * 121},,,,,,\n".encode(), 2, "120文字まで"),
        (f"{HEAD}\n役場,1,,,,,\n役場,1,,,,,\n".encode(), 3, "同じ窓口が、2回"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_mend(
    scene: Scene, content: bytes, line: int, words: str
) -> None:
    before = names(scene)
    with pytest.raises(WrongAgencies) as refused:
        take_in(scene, content)
    assert [fault.line for fault in refused.value.faults] == [line]
    assert words in refused.value.faults[0].words
    assert names(scene) == before


def test_what_fits_the_weightiest_need_comes_first(scene: Scene) -> None:
    with scene.house.database.reading() as db:
        found = queries.agencies_for(
            db, organisation_id=scene.organisation_id, needs=["housing", "money", "paperwork"]
        )
        nothing = queries.agencies_for(db, organisation_id=scene.organisation_id, needs=[])
    assert [row.name for row in found] == ["まいさぽ諏訪", "市の住宅係", "市の福祉課", "市民課"]
    assert nothing == ()


def test_an_agency_is_due_after_half_a_year(scene: Scene) -> None:
    today = date(2026, 11, 12)
    assert needs_check(None, today=today)
    assert not needs_check(today - timedelta(days=180), today=today)
    assert needs_check(today - timedelta(days=181), today=today)
    with scene.house.database.transaction() as db:
        due = queries.agencies_to_check(db, organisation_id=scene.organisation_id, today=today)
        assert [row.name for row in due] == ["ひきこもり支援センター", "回復の集い（自助グループ）"]
        service.mark_checked(db, organisation_id="0" * 32, agency_id=due[0].id, today=today)
        assert len(queries.agencies_to_check(db, organisation_id=scene.organisation_id, today=today)) == 2
        service.mark_checked(db, organisation_id=scene.organisation_id, agency_id=due[0].id, today=today)
        assert len(queries.agencies_to_check(db, organisation_id=scene.organisation_id, today=today)) == 1


def test_the_sample_holds_invented_numbers_only() -> None:
    rows = SAMPLE_AGENCIES.read_text(encoding="utf-8").splitlines()[1:]
    assert len(rows) == 12
    assert all(row.split(",")[3].startswith("0266-00-00") for row in rows)
