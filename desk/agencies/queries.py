"""Reads agencies: all of them, those that fit somebody's needs, and those to look at again."""

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from desk.agencies.rules import COLUMNS, Agency, needs_check
from desk.needs.codes import NEED_BY_CODE
from desk.tables.notices import agency


@dataclass(frozen=True)
class AgencyRow(Agency):
    """An agency as it is kept."""

    id: str


def agencies(db: Connection, *, organisation_id: str) -> tuple[AgencyRow, ...]:
    """All agencies of the organisation, by name."""
    query = sa.select(agency).where(agency.c.organisation_id == organisation_id)
    return tuple(_agency(row) for row in db.execute(query.order_by(agency.c.name, agency.c.window)))


def agency_by_id(db: Connection, agency_id: str) -> AgencyRow | None:
    """One agency; None for one that is on the list no longer."""
    row = db.execute(sa.select(agency).where(agency.c.id == agency_id)).first()
    return _agency(row) if row is not None else None


def agencies_for(db: Connection, *, organisation_id: str, needs: Sequence[str]) -> tuple[AgencyRow, ...]:
    """Agencies that serve at least one of these needs, which come in their order of weight.

    First those for the weightiest need; among these first those that serve more of the others too.
    """
    return fitting(agencies(db, organisation_id=organisation_id), needs)


def fitting(known: Iterable[AgencyRow], needs: Sequence[str]) -> tuple[AgencyRow, ...]:
    """The same among agencies that are known already."""
    place = {code: needs.index(code) for code in needs}

    def fit(row: AgencyRow) -> tuple[int, int]:
        served = place.keys() & row.needs
        return min(place[code] for code in served), -len(served)

    return tuple(sorted((row for row in known if place.keys() & row.needs), key=fit))


def agencies_to_check(db: Connection, *, organisation_id: str, today: date) -> tuple[AgencyRow, ...]:
    """Agencies nobody has looked at for 180 days."""
    known = agencies(db, organisation_id=organisation_id)
    return tuple(row for row in known if needs_check(row.checked_on, today=today))


def as_csv(rows: Collection[AgencyRow]) -> str:
    """The list as a file that can be changed and taken in again; starts with a BOM, as spreadsheets expect."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        needs = " ".join(NEED_BY_CODE[code].name for code in row.needs)
        cells = [row.name, row.window, row.hours, row.telephone, row.words_to_say]
        writer.writerow([*cells, needs, row.checked_on or ""])
    return "\ufeff" + out.getvalue()


def _agency(row: Row[Any]) -> AgencyRow:
    return AgencyRow(
        id=row.id,
        name=row.name,
        window=row.window,
        hours=row.hours,
        telephone=row.telephone,
        words_to_say=row.words_to_say,
        needs=tuple(row.needs),
        checked_on=row.checked_on,
    )
