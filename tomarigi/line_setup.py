"""`tomarigi line setup`: tells LINE where we are, lets it try, and puts up the rich menus. A second run changes nothing.

A menu's name carries a hash of all it consists of, and an alias points at the newest one of its kind: LINE gives an
alias only to a menu that has its picture, so one that was left half made by a crash is made anew.
"""

import hashlib
import json
from collections.abc import Callable

from bot.flows.rich_menu import MENUS, USUAL, alias_of, definition
from bot.line import Account, LineFault
from desk.errors import DeskError
from desk.settings import Settings, check_to_serve
from tomarigi.line_mends import ADDRESS_REFUSED, mend_of, mend_of_webhook
from tomarigi.menu_picture import draw_menu

#: How the names of our menus begin; menus with other names are somebody else's, and stay.
OURS = "tomarigi "
REDELIVERY = (
    "look: LINE tells nobody whether it sends again what did not arrive; in the LINE Developers console, "
    "Messaging API, the switch 「Webhookの再送」 must be on"
)

Tell = Callable[[str], None]


class _WebhookTrouble(DeskError):
    """LINE cannot deliver to us; the message holds the mend."""


def set_up(settings: Settings, tell: Tell) -> list[str]:
    """Does it all, telling each step; what could not be done is returned, one line each with its mend."""
    check_to_serve(settings)
    account = Account(settings)
    troubles: list[str] = []
    try:
        for step in (_set_webhook, _put_up_menus):
            try:
                step(account, settings, tell)
            except LineFault as fault:
                # LINE itself: it would answer the rest in the same way.
                return [*troubles, mend_of(fault)]
            except DeskError as fault:
                troubles.append(str(fault))
    finally:
        account.close()
    tell(REDELIVERY)
    return troubles


def webhook_address(settings: Settings) -> str:
    """Where LINE is to deliver."""
    return f"{settings.public_base_url.rstrip('/')}/callback"


def _set_webhook(account: Account, settings: Settings, tell: Tell) -> None:
    address = webhook_address(settings)
    tell(f"account: {account.who().name}")
    before = account.webhook()
    if before is not None and before[0] == address:
        tell(f"webhook: {address}, unchanged")
    else:
        _change_webhook(account, address)
        tell(f"webhook: {address}, set")
    seen = account.test_webhook(address)
    if not seen.works:
        raise _WebhookTrouble(mend_of_webhook(seen, address))
    tell("webhook: LINE has tried it and was answered")


def _change_webhook(account: Account, address: str) -> None:
    try:
        account.set_webhook(address)
    except LineFault as fault:
        if fault.status == 400:
            raise _WebhookTrouble(ADDRESS_REFUSED) from None
        raise


def _put_up_menus(account: Account, _settings: Settings, tell: Tell) -> None:
    there = {menu_id: name for menu_id, name in account.menus().items() if name.startswith(OURS)}
    wanted = {}
    for kind in MENUS:
        wanted[kind], is_new = _put_up(account, there, kind)
        tell(f"rich menu {kind}: {'made' if is_new else 'unchanged'}")
    if account.usual_menu() != wanted[USUAL]:
        account.set_usual_menu(wanted[USUAL])
        tell("rich menu usual: shown to everybody from now on")
    # The new ones are shown before the old ones go; who had one of them is shown the new one by the worker.
    old = [menu_id for menu_id in there if menu_id not in wanted.values()]
    for menu_id in old:
        account.delete_menu(menu_id)
    if old:
        tell(f"rich menu: {len(old)} old removed")


def _put_up(account: Account, there: dict[str, str], kind: str) -> tuple[str, bool]:
    """The id of the menu of this kind, and whether it had to be made."""
    picture = draw_menu(kind)
    name = _name(kind, picture)
    present = account.menu_named(alias_of(kind))
    if present is not None and there.get(present) == name:
        return present, False
    made = account.make_menu(definition(kind, name=name), picture)
    account.name_menu(alias_of(kind), made)
    return made, True


def _name(kind: str, picture: bytes) -> str:
    said = json.dumps(definition(kind, name=kind), ensure_ascii=False, sort_keys=True)
    return f"{OURS}{kind} {hashlib.sha256(said.encode() + picture).hexdigest()[:16]}"
