"""Every role at every route with everybody's things, from the table of routes: who gets through, and what is written."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

import pytest
import sqlalchemy as sa
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from admin.app import make_panel
from admin.auth import Visit
from admin.pages import PAGES
from admin.policy import CLIENT, About, Needs, Shows, policy_of
from bot.pages.kept import parts_of
from desk.people import service as people
from desk.people.rules import Permission, may
from desk.people.scope import Viewpoint
from desk.people.sight import Rows
from desk.tables.audit import audit_entry
from desk.tables.clients import client
from desk.tables.inbox import canned_text
from desk.tables.roster import absence
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import ORIGIN, Scene
from tests.panel.worlds import (
    AVOIDED,
    NAMES,
    NOWHERE,
    OTHER_DESK,
    OTHER_HOUSE,
    OWN,
    UNSAID,
    Worlds,
    make_worlds,
)

pytestmark = ONE_BY_DEFAULT

#: Who tries: an officer and staff of one desk, a supervisor of all desks of the organisation, and who sees no case.
VIEWERS = {
    "kobayashi": "officer",
    "sato": "staff",
    "mori": "supervisor",
    "ken": "prefecture",
    "kanri": "administrator",
}
EVERYWHERE = (OWN, AVOIDED, OTHER_DESK, OTHER_HOUSE, NOWHERE)
# By default each route is tried with every world by somebody; in `make soak` by everybody.
USUALLY = {
    "officer": (OWN, AVOIDED, OTHER_DESK),
    "staff": (OWN, AVOIDED, OTHER_DESK),
    "supervisor": (OTHER_HOUSE, NOWHERE),
    "administrator": (OWN, OTHER_HOUSE, NOWHERE),
}
# What belongs to whom, by the part of the address: a person, a desk, the organisation.
OF_A_PERSON = {
    *(
        "client_id",
        "other_id",
        "booking_id",
        "need_id",
        "flag_id",
        "wish_id",
        "entry_id",
        "call_id",
        "person_id",
        "task_id",
        "relink_id",
        "follow_up_id",
        "media_id",
    ),
}
OF_A_DESK = {
    *("session_id", "slot_id", "closure_id", "absence_id", "swap_id", "rule_id", "code"),
    "announcement_id",
}
OF_THE_HOUSE = {"account_id", "agency_id", "incident_id", "glass_id", "canned_id"}
# What somebody may end, so that it is there no more for whoever is tried after them.
ENDS = {
    "absence_id": (absence.c.id, sa.true()),
    "canned_id": (canned_text.c.id, sa.true()),
    "client_id": (client.c.id, client.c.erased_at.is_(None)),
}
# The stream is tried in a browser, proofs in the tests of signing in; after signing out nothing can be tried.
NOT_HERE = {"/live", "/sign-out", "/prove", "/prove/passkey"}
# Whoever reads these stands in the log, though they show people by number only.
_IS_READ_IN_SIGHT = re.compile("/(reading-log|incidents)")
PLAIN_PARTS = {"key": "who_reads", "kind": "event", "number": "1", "token": "t"}


@dataclass(frozen=True)
class Trial:
    """One request of one person, and what must come of it."""

    who: str
    method: str
    route: APIRoute
    world: str

    @property
    def policy(self) -> Needs:
        found = policy_of(self.route)
        assert isinstance(found, Needs)
        return found

    def expected(self) -> bool:
        """Whether it is let through. What a role may do is held by `tests/people/test_rules.py`; what it reaches, here."""
        role = VIEWERS[self.who]
        if not may(role, self.policy.permission):
            return False
        return all(self.world in _seen(role, about) for about in self.policy.about if about.part)

    def address(self, worlds: Worlds) -> str:
        parts = PLAIN_PARTS | worlds.ids[self.world]
        asked = "&".join(f"{a.part}={worlds.ids[self.world][_key(a)]}" for a in self.policy.about if a.asked)
        return "/admin" + self.route.path.format_map(parts) + (f"?{asked}" if asked else "")

    def __str__(self) -> str:
        return f"{VIEWERS[self.who]} {self.method} {self.route.path} ({self.world})"


def _key(about: About) -> str:
    return "client_id" if about.asked else about.part


def _seen(role: str, about: About) -> set[str]:
    """The worlds whose things of this kind somebody of the role may reach."""
    part = _key(about)
    assert part in OF_A_PERSON | OF_A_DESK | OF_THE_HOUSE, (
        f"whose is {part}? tell the matrix, and make one in worlds.py"
    )
    own = {OWN} if part in OF_A_PERSON else {OWN, AVOIDED}
    if part in OF_THE_HOUSE:
        return own | {OTHER_DESK}
    if about.scope.__name__.startswith("own_"):  # what only officers have, of their own days
        return own if role == "officer" else set()
    return own | ({OTHER_DESK} if role == "supervisor" else set())


def trials(pages: Iterable[APIRouter], *, thorough: bool) -> Iterator[Trial]:
    """What is refused first, then looking, then doing, so that nothing done spoils what is tried after it."""
    found = [
        Trial(who, method, route, world)
        for router in pages
        for route in router.routes
        if isinstance(route, APIRoute) and isinstance(policy_of(route), Needs) and route.path not in NOT_HERE
        for method in sorted(route.methods or ())
        for who in VIEWERS
        for world in _worlds_worth_trying(VIEWERS[who], route, thorough)
    ]
    return iter(
        sorted(found, key=lambda trial: (trial.expected(), trial.method, "erase" in trial.route.path))
    )


def _worlds_worth_trying(role: str, route: APIRoute, thorough: bool) -> tuple[str, ...]:
    policy = policy_of(route)
    assert isinstance(policy, Needs)
    parts = {_key(about) for about in policy.about if about.part}
    if not parts or not may(role, policy.permission):
        return (OWN,)
    chosen = EVERYWHERE if thorough else USUALLY[role]
    return tuple(world for world in chosen if world != AVOIDED or parts & OF_A_PERSON)


class Matrix:
    """Sends the requests and reads what they left in the log."""

    def __init__(self, worlds: Worlds, pages: Iterable[APIRouter]) -> None:
        self.worlds, self.pages = worlds, tuple(pages)
        scene = worlds.scene
        panel = make_panel(scene.house, scene.signals, parts_of, pages=self.pages)
        outside = Starlette(routes=[Mount("/admin", panel)])
        self.browsers = {who: self._browser(outside, scene, who) for who in VIEWERS}
        self.last = self._rows(0)[-1].number if self._rows(0) else 0

    def faults(self, *, thorough: bool = True) -> list[str]:
        """What did not come as it must, one line each."""
        tried = trials(self.pages, thorough=thorough)
        return [f"{trial}: {fault}" for trial in tried for fault in self._try(trial)]

    def _try(self, trial: Trial) -> Iterator[str]:
        expected = trial.expected()
        if expected and trial.route.path.endswith(".pdf"):
            return  # printing takes seconds; test_sheets does it
        answer = self.browsers[trial.who].request(
            trial.method, trial.address(self.worlds), follow_redirects=False
        )
        written = self._rows(self.last)
        self.last = written[-1].number if written else self.last
        # What a service writes down besides, such as a factor that was taken away, is its own tests' business.
        rows = [row for row in written if "path" in json.loads(row.facts)]
        if answer.status_code >= 500:
            yield f"answers {answer.status_code}"
        if not expected:
            wanted = 404 if may(VIEWERS[trial.who], trial.policy.permission) else 403
            if answer.status_code != wanted:
                yield f"answers {answer.status_code} and not {wanted}"
            if [row.refused for row in rows] != [True]:
                yield "a refusal leaves one row"
            if any(name in answer.text for name in NAMES.values()):
                yield "a refusal names somebody"
        else:
            if not self._is_gone(trial):
                yield from _faults_of_success(trial, answer.status_code, rows)
            yield from self._strangers(trial, answer.text)
        yield from _faults_of_rows(rows)

    def _is_gone(self, trial: Trial) -> bool:
        """Whether somebody has ended what this names: a day away, a canned text, or all that is known of a person."""
        ids = self.worlds.ids[trial.world]
        ended = [
            sa.select(column).where(column == ids[part], stands)
            for part, (column, stands) in ENDS.items()
            if part in trial.route.path
        ]
        with self.worlds.scene.house.database.reading() as db:
            return any(db.execute(query).first() is None for query in ended)

    def _strangers(self, trial: Trial, text: str) -> Iterator[str]:
        """No page names anybody its reader may not see."""
        role = VIEWERS[trial.who]
        known = {"officer": {OWN}, "staff": {OWN}, "supervisor": {OWN, OTHER_DESK}}.get(role, set())
        for world, name in NAMES.items():
            if world not in known and name in text:
                yield f"shows somebody of the {world} world"
            if name in text and not trial.policy.shows:
                yield f"shows {name} and does not say so"
        if UNSAID in text and Shows.ANSWERS not in trial.policy.shows:
            yield "shows an answer and does not say so"

    def _rows(self, after: int) -> list[sa.Row[tuple[object, ...]]]:
        with self.worlds.scene.house.database.reading() as db:
            query = sa.select(audit_entry).where(audit_entry.c.number > after)
            return list(db.execute(query.order_by(audit_entry.c.number)).all())

    @staticmethod
    def _browser(outside: Starlette, scene: Scene, who: str) -> TestClient:
        browser = TestClient(
            outside, base_url=ORIGIN, headers={"Origin": ORIGIN}, raise_server_exceptions=False
        )
        with scene.house.database.transaction() as db:
            token = people.sign_in_as(db, account_id=scene.accounts[who], now=scene.now)
        browser.cookies.set("tomarigi", token)
        return browser


def _faults_of_success(trial: Trial, status: int, rows: list[sa.Row[tuple[object, ...]]]) -> Iterator[str]:
    if status == 403 or (status == 404 and trial.method == "GET"):
        yield f"answers {status}"
    written = trial.method != "GET" or bool(trial.policy.shows) or _IS_READ_IN_SIGHT.match(trial.route.path)
    if trial.policy.permission is Permission.OWN_ACCOUNT:
        return
    if written and [row.refused for row in rows] != [False]:
        yield f"leaves {len(rows)} rows"
    if not written and rows:
        yield "leaves a row for looking at nobody"


def _faults_of_rows(rows: list[sa.Row[tuple[object, ...]]]) -> Iterator[str]:
    for row in rows:
        facts = json.loads(row.facts)
        if not facts.keys() <= {"path", "shows", "auto", "glass"}:
            yield f"writes down {sorted(facts)}"
        if any(name in str(row) for name in NAMES.values()):
            yield "writes down a name"


@pytest.fixture
def worlds(scene: Scene) -> Worlds:
    return make_worlds(scene)


def test_everybody_reaches_what_is_theirs_and_nothing_else_and_it_is_written_down(worlds: Worlds) -> None:
    faults = Matrix(worlds, PAGES).faults(thorough=False)
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)


@pytest.mark.soak
def test_everybody_reaches_what_is_theirs_in_every_world(worlds: Worlds) -> None:
    faults = Matrix(worlds, PAGES).faults()
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)


def test_the_matrix_notices_a_route_whose_scope_was_forgotten(worlds: Worlds) -> None:
    def anybody(_by: Viewpoint) -> Rows:
        whose, nobody = client.c.id.label("client_id"), sa.null().label("visitor_id")
        return sa.select(client.c.id, whose, nobody, sa.false().label("glass"))

    careless = APIRouter()
    open_policy = Needs(
        Permission.CASES, about=(About("client", "client_id", anybody),), shows=(Shows.PERSON,)
    )

    @careless.get("/clients/{client_id}/everything")
    def show_everything(visit: Annotated[Visit, Depends(open_policy)], client_id: str) -> str:
        return f"all about {client_id} for {visit.viewer.role}"

    faults = Matrix(worlds, [careless]).faults()
    assert {fault.split(": ")[0] for fault in faults} == {
        f"{role} GET /clients/{{client_id}}/everything ({world})"
        for role, world in (
            *(("staff", world) for world in (AVOIDED, OTHER_DESK, OTHER_HOUSE)),
            *(("supervisor", world) for world in (AVOIDED, OTHER_HOUSE)),
        )
    }
    careful = APIRouter()
    policy = Needs(Permission.CASES, about=(CLIENT,), shows=(Shows.PERSON,))

    @careful.get("/clients/{client_id}/everything")
    def show_what_is_theirs(visit: Annotated[Visit, Depends(policy)], client_id: str) -> str:
        return f"all about {client_id} for {visit.viewer.role}"

    assert not Matrix(worlds, [careful]).faults()
