"""What LINE knows of us that is not as it should be, one line each, with the mend."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.flows.rich_menu import MENUS, USUAL, alias_of
from bot.line import Account, Line, LineFault, WhoWeAre
from desk.discretion import telling_word
from desk.settings import Settings
from tomarigi.line_mends import mend_of, mend_of_webhook
from tomarigi.line_setup import webhook_address

_CLOCKS_APART = timedelta(minutes=1)
_MANAGER = "LINE Official Account Manager"
_SET_UP = "run `tomarigi line setup`"


def check_line(settings: Settings, *, real: datetime) -> Iterator[str]:
    """Asks LINE with this token. `real`: what time this machine takes it to be."""
    if not settings.line_channel_access_token:
        return
    account = Account(settings)
    try:
        yield from _account(account.who(), real)
        yield from _webhook(account, webhook_address(settings))
        yield from _menus(account)
        yield from _quota(settings)
    except LineFault as fault:
        yield mend_of(fault)
    finally:
        account.close()


def _account(we: WhoWeAre, real: datetime) -> Iterator[str]:
    word = telling_word(we.name)
    if word is not None:
        yield f"account name: it says {word}, for all to see in a list of chats; change it in {_MANAGER}"
    if not we.picture:
        yield f"account picture: there is none; set one in {_MANAGER} that shows no office and no person"
    apart = abs(real - (we.told_at or real))
    if apart > _CLOCKS_APART:
        seconds = round(apart.total_seconds())
        yield f"clock: {seconds} seconds apart from LINE's; let this machine set its clock by the network"


def _webhook(account: Account, address: str) -> Iterator[str]:
    found = account.webhook()
    if found is None:
        yield f"webhook: LINE knows no address; {_SET_UP}"
        return
    given, active = found
    if given != address:
        yield f"webhook: LINE sends to {given}, not to {address}; {_SET_UP}"
        return
    if not active:
        yield "webhook: switched off; in the LINE Developers console, Messaging API, switch 「Webhookの利用」 on"
    seen = account.test_webhook(address)
    if not seen.works:
        yield mend_of_webhook(seen, address)


def _menus(account: Account) -> Iterator[str]:
    found = {kind: account.menu_named(alias_of(kind)) for kind in MENUS}
    is_there = set(found.values()) <= set(account.menus())
    if not is_there or account.usual_menu() != found[USUAL]:
        yield f"rich menu: not put up, or another is shown to everybody; {_SET_UP}"


def _quota(settings: Settings) -> Iterator[str]:
    line = Line(settings)
    try:
        month = line.quota()
    finally:
        line.close()
    if month is None:
        raise LineFault(0)
    if month.is_short:
        yield f"quota: {month.left} of {month.allowed} messages left this month; raise the plan in {_MANAGER}"
