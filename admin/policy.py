"""One policy for every route: who may ask, for which object, what it shows, and the row it leaves in the reading log."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from string import Formatter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute

from admin.auth import REFRESH_HEADER, Guest, NotFound, Visit, house_of, require_proof, signed_in
from desk.audit.service import is_noted, note
from desk.database import Connection
from desk.errors import Forbidden
from desk.people import scope
from desk.people.rules import Permission
from desk.people.scope import Found, Scope

# Long enough for any voice and any letter, short enough that a day's looking shows.
_ONCE_IN = timedelta(hours=1)
_READS = frozenset({"GET", "HEAD"})
_ADDRESSABLE = re.compile(r"[0-9A-Za-z_-]{1,40}")
# Parts of an address that name nobody's object: a promise by its word, a parked item without content, a one-time link.
_NAMES_NO_OBJECT = frozenset({"key", "kind", "number", "token"})
# Whoever keeps accounts and the machine, or reads totals, is shown no person on any page.
_MAY_SEE_PEOPLE = frozenset({Permission.DUTY, Permission.DESK_WORK, Permission.CASES, Permission.READING_LOG})


class RouteWithoutPolicy(Exception):
    """A route does not say who may use it, or not for which object; the panel does not start."""


class Act(StrEnum):
    """What a route does, as the reading log calls it; looking and changing follow from the method."""

    VIEW = "view"
    SEARCH = "search"
    EXPORT = "export"
    PRINT = "print"
    CHANGE = "change"
    BREAK_GLASS = "break_glass"


class Shows(StrEnum):
    """A group of facts a page shows of people."""

    DATES = "dates"
    PERSON = "person"
    ANSWERS = "answers"
    MESSAGES = "messages"


#: What a page shows that shows everything.
EVERYTHING = tuple(Shows)


@dataclass(frozen=True)
class About:
    """A kind of object: its word in the reading log, the part of the address that names it, those in sight.

    `asked`: it stands behind the question mark, and may be left out. Without `part`, the first one in sight.
    """

    kind: str
    part: str
    scope: Scope
    asked: bool = False

    def named(self, request: Request) -> str | None:
        """The object this request names."""
        parts = request.query_params if self.asked else request.path_params
        named: str | None = parts.get(self.part)
        return named or None

    def find(self, db: Connection, visit: Visit) -> tuple[Found, ...] | None:
        """The object in sight; nothing where none is asked for, None where it is not there for this viewer."""
        viewer, now = visit.viewer, visit.now
        if not self.part:
            nearest = scope.first(db, self.scope, viewer, now=now)
            return (nearest,) if nearest else ()
        object_id = self.named(visit.request)
        if object_id is None:
            return ()
        known = _ADDRESSABLE.fullmatch(object_id)
        found = scope.find(db, self.scope, viewer, object_id, now=now) if known else None
        return (found,) if found else None


CLIENT = About("client", "client_id", scope.client_scope)
OTHER_CLIENT = About("client", "other_id", scope.client_scope)
ASKED_CLIENT = About("client", "client", scope.client_scope, asked=True)
BOOKING = About("booking", "booking_id", scope.booking_scope)
OWN_BOOKING = About("booking", "booking_id", scope.own_booking_scope)
SESSION = About("session", "session_id", scope.session_scope)
NEXT_SESSION = About("session", "", scope.next_session_scope)
OWN_SESSION = About("session", "session_id", scope.own_session_scope)
NEED = About("need", "need_id", scope.need_scope)
FLAG = About("flag", "flag_id", scope.flag_scope)
WISH = About("wish", "wish_id", scope.wish_scope)
WAITING = About("waiting", "entry_id", scope.waiting_scope)
CLOSURE = About("closure", "closure_id", scope.closure_scope)
CLOSURE_PERSON = About("closure", "person_id", scope.closure_person_scope)
GLASS = About("glass", "glass_id", scope.glass_scope)
CALL = About("call", "call_id", scope.call_scope)
PLACE = About("place", "slot_id", scope.place_scope)
ABSENCE = About("absence", "absence_id", scope.absence_scope)
OWN_ABSENCE = About("absence", "absence_id", scope.own_absence_scope)
SWAP = About("swap", "swap_id", scope.swap_scope)
OWN_SWAP = About("swap", "swap_id", scope.own_swap_scope)
RULE = About("rule", "rule_id", scope.rule_scope)
DESK = About("desk", "code", scope.desk_scope)
ACCOUNT = About("account", "account_id", scope.account_scope)
AGENCY = About("agency", "agency_id", scope.agency_scope)
INCIDENT = About("incident", "incident_id", scope.incident_scope)
CANNED = About("canned", "canned_id", scope.canned_scope)
REACH = About("reach", "task_id", scope.reach_scope)
RELINK = About("relink", "relink_id", scope.relink_scope)
MEDIA = About("media", "media_id", scope.media_scope)
FOLLOW_UP = About("follow_up", "follow_up_id", scope.follow_up_scope)
ANNOUNCEMENT = About("announcement", "announcement_id", scope.announcement_scope)


@dataclass(frozen=True)
class Needs:
    """A route's policy. `about`: each object in its address; `fresh`: all factors shown in the last minutes.

    `awake`: False where the page asks by itself, so that nobody is kept signed in by it. `once`: a page asks for this
    again and again, such as each part of a voice: the log has it once an hour of a sign-in.

    A request comes through in this order: signed in, the role may, the objects are in sight, factors fresh, and what
    is seen or done written down; where that cannot be written, the request fails.
    """

    permission: Permission
    about: tuple[About, ...] = ()
    shows: tuple[Shows, ...] = ()
    act: Act | None = None
    fresh: bool = False
    awake: bool = True
    once: bool = False

    def __call__(self, request: Request) -> Visit:
        house = house_of(request)
        now = house.clock.now()
        sign_in = signed_in(request, house, now, awake=self.awake)
        visit = Visit(request, house, sign_in, now)
        may = visit.may(self.permission)
        found = self._in_sight(visit) if may else None
        if found is not None and self.fresh:
            require_proof(sign_in, now)
        only_looks = found is not None and self._changes_through_glass(request, found)
        if found is None or self._is_logged(request):
            self._write_down(visit, found, refused=found is None or only_looks)
        if not may:
            raise Forbidden(f"role {visit.viewer.role} lacks {self.permission}")
        if found is None:
            raise NotFound
        if only_looks:
            raise Forbidden("broken glass is for looking only")
        return visit

    def covers(self, path: str) -> bool:
        """Whether every object in the address is one this policy looks for, and people are shown to no wrong role."""
        parts = _parts_of(path)
        named = {about.part for about in self.about if about.part and not about.asked}
        people_fit = not self.shows or self.permission in _MAY_SEE_PEOPLE
        return named <= parts and parts - named <= _NAMES_NO_OBJECT and people_fit

    def _in_sight(self, visit: Visit) -> tuple[Found, ...] | None:
        """The objects it is about, in order; None where one of them is not there for this viewer."""
        if not self.about:
            return ()
        with visit.house.database.reading() as db:
            each = [about.find(db, visit) for about in self.about]
        return None if None in each else tuple(found for some in each for found in some or ())

    def _is_logged(self, request: Request) -> bool:
        """Looking at people, or at what names its act, and whatever somebody does beyond their own account."""
        if request.method in _READS:
            return bool(self.shows or self.act)
        return self.permission is not Permission.OWN_ACCOUNT

    def _changes_through_glass(self, request: Request, found: tuple[Found, ...]) -> bool:
        """Whoever is seen through broken glass alone is looked at, and nothing is done with them."""
        looks = request.method in _READS or self.act is Act.BREAK_GLASS
        return not looks and any(each.glass for each in found)

    def _write_down(self, visit: Visit, found: tuple[Found, ...] | None, *, refused: bool) -> None:
        request = visit.request
        path: str = request.scope["route"].path
        usual = Act.VIEW if request.method in _READS else Act.CHANGE
        facts: dict[str, int | str] = {"path": path}
        facts |= {"shows": " ".join(self.shows)} if self.shows and found is not None else {}
        facts |= {"auto": 1} if REFRESH_HEADER in request.headers else {}
        facts |= {"glass": 1} if any(each.glass for each in found or ()) else {}
        named = self.about[0].named(request) if self.about else None
        if found:
            named = found[0].id
        people: Iterable[str | None] = dict.fromkeys(who for each in found or () for who in each.people)
        with visit.house.database.transaction() as db:
            for client_id in people or (None,):
                entry: dict[str, Any] = {
                    "act": self.act or usual,
                    "by": visit.viewer.id,
                    "role": visit.viewer.role,
                    "sign_in_id": visit.sign_in_id,
                    "kind": self.about[0].kind if self.about else path.split("/")[1],
                    "subject_id": named if named and _ADDRESSABLE.fullmatch(named) else None,
                    "client_id": client_id,
                    "facts": facts,
                    "refused": refused,
                }
                if not (self.once and is_noted(db, **entry, since=visit.now - _ONCE_IN)):
                    note(db, **entry, now=visit.now)


def note_person(db: Connection, visit: Visit, client_id: str) -> None:
    """A form, not the address, named the person something was done for: theirs in the log; last in a transaction."""
    path: str = visit.request.scope["route"].path
    note(
        db,
        act=Act.CHANGE,
        by=visit.viewer.id,
        role=visit.viewer.role,
        sign_in_id=visit.sign_in_id,
        kind=CLIENT.kind,
        subject_id=client_id,
        client_id=client_id,
        facts={"path": path},
        now=visit.now,
    )


class Anybody:
    """The policy of the few routes that need no sign-in."""

    def __call__(self, request: Request) -> Guest:
        house = house_of(request)
        return Guest(request, house, house.clock.now())

    def covers(self, path: str) -> bool:
        """Whether no object stands in the address."""
        return _parts_of(path) <= _NAMES_NO_OBJECT


GuestVisit = Annotated[Guest, Depends(Anybody())]
OwnVisit = Annotated[Visit, Depends(Needs(Permission.OWN_ACCOUNT))]
DutyVisit = Annotated[Visit, Depends(Needs(Permission.DUTY))]
DeskVisit = Annotated[Visit, Depends(Needs(Permission.DESK_WORK))]
CaseVisit = Annotated[Visit, Depends(Needs(Permission.CASES))]
PromiseVisit = Annotated[Visit, Depends(Needs(Permission.PROMISES))]
AccountsVisit = Annotated[Visit, Depends(Needs(Permission.ACCOUNTS))]
MachineVisit = Annotated[Visit, Depends(Needs(Permission.MACHINE))]
TotalsVisit = Annotated[Visit, Depends(Needs(Permission.TOTALS))]


def check_policies(routers: Iterable[APIRouter]) -> None:
    """Raises RouteWithoutPolicy, naming the first route that does not say who may use it, and for which object."""
    for router in routers:
        for route in router.routes:
            policy = policy_of(route) if isinstance(route, APIRoute) else None
            path: str = getattr(route, "path", "")
            if policy is None or not policy.covers(path):
                raise RouteWithoutPolicy(f"{path} has no policy that covers it (see admin/policy.py)")


def policy_of(route: APIRoute) -> Needs | Anybody | None:
    """What a route asks of somebody."""
    calls = [dependency.call for dependency in route.dependant.dependencies]
    return next((call for call in calls if isinstance(call, Needs | Anybody)), None)


def _parts_of(path: str) -> set[str]:
    """The names in a route's address."""
    return {name for _, name, _, _ in Formatter().parse(path) if name}
