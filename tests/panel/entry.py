"""Signing in as people do: the link, the password, the app, the paper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pyotp
import sqlalchemy as sa
from starlette.testclient import TestClient

from desk.people import service as people
from desk.tables.audit import audit_entry
from tests.panel.scene import Scene

PASSWORD = "あさつゆ むぎわら ゆうびん 7ばん"
_STEP = timedelta(seconds=30)


@dataclass(frozen=True)
class Half:
    """A browser in which the password was right; `text`: the page that asks for the digits."""

    browser: TestClient
    text: str


@dataclass
class Kit:
    """What somebody has to sign in with: number, app, paper, and the browser in which they chose them."""

    scene: Scene
    number: str
    app: pyotp.TOTP
    codes: list[str]
    browser: TestClient

    def half_in(self, *, shared: bool = False, cookie: str = "") -> Half:
        """Number and password, in a new browser."""
        browser = self.scene.visitor()
        if cookie:
            browser.cookies.set("tomarigi", cookie, domain="localhost.local", path="/")
        form = {"number": self.number, "password": PASSWORD} | ({"shared": "yes"} if shared else {})
        return Half(browser, browser.post("/admin/sign-in", data=form).text)

    def second(self, page: str, code: str = "") -> dict[str, str]:
        """The form that asks for the digits, filled in with `code`, or once with the app's next digits.

        Those of the step after this one are good already, and the step of setting up is spent.
        """
        return hidden(page) | {"code": code or self.app.at(datetime.now(UTC) + _STEP)}


def hidden(page: str) -> dict[str, str]:
    """What a page's forms carry unseen."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found if name != "back"}


def link_of(scene: Scene, who: str) -> str:
    """A fresh one-time link."""
    with scene.house.database.transaction() as db:
        token = people.make_link(db, account_id=scene.accounts[who], now=scene.house.clock.real())
    return f"/admin/start/{token}"


def choose_digits(scene: Scene, who: str) -> Kit:
    """Begins with the link and chooses password and app; the digits are spent with it."""
    browser = scene.visitor()
    browser.post(link_of(scene, who), data={"way": "digits"})
    shown = browser.post("/admin/factors/digits", data={"password": PASSWORD, "again": PASSWORD}).text
    seed = re.search(r'class="secret">([A-Z2-7 ]+)<', shown)
    assert seed is not None
    app = pyotp.TOTP(seed[1].replace(" ", ""))
    codes = browser.post("/admin/factors/digits/app", data=hidden(shown) | {"code": app.now()}).text
    on_paper = re.findall(r"<li>(\w{4}-\w{4}-\w{4}-\w{4})</li>", codes)
    assert len(on_paper) == 10
    return Kit(scene, number_of(scene, who), app, on_paper, browser)


def number_of(scene: Scene, who: str) -> str:
    """The 職員番号 of somebody of the scene: they were added in this order."""
    return str(101 + list(scene.accounts).index(who))


def read_log(scene: Scene) -> Sequence[Any]:
    """The whole reading log, from the beginning."""
    with scene.house.database.reading() as db:
        return db.execute(sa.select(audit_entry).order_by(audit_entry.c.number)).all()
