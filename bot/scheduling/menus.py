"""Shows who has a booking the menu for that, and the usual one again when it ends: whatever differs is settled.

Nothing hangs on it: LINE is asked outside any transaction. Where LINE fails altogether the round ends and the next one
begins anew; where it refuses one person, they are left alone for a while and the next is asked.
"""

from datetime import datetime, timedelta

from bot.flows.rich_menu import BOOKED, alias_of
from bot.line import Account, LineFault
from desk.clients import menus
from desk.clients.menus import MenuChange
from desk.house import House
from desk.log import logger

_ASKED_EVERY = timedelta(minutes=10)
# Few, since a process that is to stop waits for a round.
_AT_ONCE = 20
# LINE did not answer, does not know us, or has had enough of us: what comes next would not fare better.
_FOR_ALL = frozenset({0, 401, 429})
_NOT_THERE = 404
_NOBODY = 400

log = logger(__name__)


class Menus:
    """Settles the menus, round by round."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._account = Account(house.settings)
        self._booked: str | None = None
        self._asked_at: datetime | None = None
        # Whose menu LINE would not change, and when.
        self._refused: dict[str, datetime] = {}

    def settle(self) -> int:
        """One round: tells LINE what has changed; says how many people's menus did."""
        done = 0
        try:
            self._ask_for_menu()
            for change in self._changes():
                done += self._carry_out(change)
        except LineFault as fault:
            log.warning("menus not settled", fault=str(fault))
        return done

    def close(self) -> None:
        """Closes the connections."""
        self._account.close()

    def _ask_for_menu(self) -> None:
        """The menu is made by `tomarigi line setup`, while we run; without it everybody has the usual one."""
        now = self._house.clock.real()
        if self._asked_at is not None and now - self._asked_at < _ASKED_EVERY:
            return
        try:
            named = self._account.menu_named(alias_of(BOOKED))
            # The alias outlives a menu that somebody deletes.
            booked = named if named in self._account.menus() else None
        except LineFault as fault:
            log.warning("LINE did not tell its menus", fault=str(fault))
            return
        if booked != self._booked:
            self._refused.clear()
        self._booked, self._asked_at = booked, now

    def _changes(self) -> tuple[MenuChange, ...]:
        now = self._house.clock.real()
        self._refused = {who: at for who, at in self._refused.items() if now - at < _ASKED_EVERY}
        with self._house.database.reading() as db:
            return menus.to_change(
                db, self._house.vault, booked_menu=self._booked, besides=self._refused, limit=_AT_ONCE
            )

    def _carry_out(self, change: MenuChange) -> bool:
        """Whether it is settled; raises LineFault where LINE fails for all."""
        try:
            self._account.show_menu(change.user_id, change.menu)
        except LineFault as fault:
            # Somebody who wants to be forgotten does not wait for LINE, and whom LINE does not know never will be.
            if not change.erased and fault.status != _NOBODY:
                self._leave_alone(change, fault)
                return False
        with self._house.database.transaction(background=True) as db:
            menus.note_menu(db, address_id=change.address_id, menu=change.menu)
        return True

    def _leave_alone(self, change: MenuChange, fault: LineFault) -> None:
        if fault.status in _FOR_ALL:
            raise fault
        log.warning("one menu not settled", fault=str(fault))
        self._refused[change.address_id] = self._house.clock.real()
        if fault.status == _NOT_THERE:  # the menu was put up anew meanwhile
            self._asked_at = None
