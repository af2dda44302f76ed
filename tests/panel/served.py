"""The panel on a real server, for real browsers: started on a free port of this machine, stopped at the end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import uvicorn
from playwright.sync_api import BrowserContext, Locator, Page
from starlette.applications import Starlette
from starlette.routing import Mount

from admin.app import make_panel
from bot.pages.kept import parts_of
from desk.people import service as people
from simulator.server import Server
from tests.panel.scene import Scene

STOPS_WITHIN = 40
#: Nobody should have to press Tab more often than this to get anywhere.
_FAR = 60
_IS_FOCUSED = "each => each === document.activeElement"


@dataclass(frozen=True)
class Served:
    """A scene whose panel answers at `base`."""

    scene: Scene
    base: str

    def sign_in(self, page: Page, who: str) -> Page:
        """Signs this account in in the page's browser."""
        sign_in(self.scene, page.context, who, self.base)
        return page


def sign_in(scene: Scene, context: BrowserContext, who: str, base: str) -> None:
    """Gives a browser the cookie of a fresh sign-in."""
    with scene.house.database.transaction() as db:
        token = people.sign_in_as(db, account_id=scene.accounts[who], now=scene.now)
    context.add_cookies([{"name": "tomarigi", "value": token, "url": base}])


def tab_to(page: Page, wanted: Locator) -> list[str]:
    """Presses Tab until it has the focus; says what had it on the way."""
    passed: list[str] = []
    for _ in range(_FAR):
        page.keyboard.press("Tab")
        if wanted.evaluate(_IS_FOCUSED):
            return passed
        passed.append(page.evaluate("document.activeElement.textContent.trim()"))
    raise AssertionError(f"not reached with Tab: {wanted}; passed {passed}")


@contextmanager
def serve(scene: Scene, name: str = "127.0.0.1") -> Iterator[Served]:
    """Serves the panel; fails where it does not stop soon after being asked, open pages or not.

    `name`: what this machine is called in the address; keys in devices want `localhost`.
    """
    door = socket.create_server(("127.0.0.1", 0))
    base = f"http://{name}:{door.getsockname()[1]}"
    settings = scene.house.settings.model_copy(update={"public_base_url": base})
    here = replace(scene, house=replace(scene.house, settings=settings))
    panel = make_panel(here.house, here.signals, parts_of)
    config = uvicorn.Config(Starlette(routes=[Mount("/admin", panel)]), log_config=None)
    server = Server(config, panel.state.live.close)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    yield Served(here, base)
    server.should_exit = True
    thread.join(STOPS_WITHIN)
    assert not thread.is_alive(), "the server must stop although pages are open"
