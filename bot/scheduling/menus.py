"""Shows who has a booking the menu for that, and the usual one again when it ends: whatever differs is settled.

Nothing hangs on it: LINE is asked outside any transaction, a fault ends the round, and the next one begins anew.
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

log = logger(__name__)


class Menus:
    """Settles the menus, round by round."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._account = Account(house.settings)
        self._booked: str | None = None
        self._asked_at: datetime | None = None

    def settle(self) -> int:
        """One round: tells LINE what has changed; says how many people's menus did."""
        done = 0
        try:
            self._ask_for_menu()
            for change in self._changes():
                self._carry_out(change)
                done += 1
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
            self._booked = self._account.menu_named(alias_of(BOOKED))
            self._asked_at = now
        except LineFault as fault:
            log.warning("LINE did not tell its menus", fault=str(fault))

    def _changes(self) -> tuple[MenuChange, ...]:
        with self._house.database.reading() as db:
            return menus.to_change(db, self._house.vault, booked_menu=self._booked, limit=_AT_ONCE)

    def _carry_out(self, change: MenuChange) -> None:
        try:
            self._account.show_menu(change.user_id, change.menu)
        except LineFault as fault:
            if fault.status == 404:  # the menu was put up anew meanwhile
                self._asked_at = None
            # Somebody who wants to be forgotten does not wait for LINE, and whom LINE does not know never will be.
            if not change.erased and fault.status != 400:
                raise
        with self._house.database.transaction(background=True) as db:
            menus.note_menu(db, address_id=change.address_id, menu=change.menu)
