"""What every test may ask for: a fresh database on either engine, a desk in it, a clock that stands still, a browser.

Nothing is skipped: where the embedded PostgreSQL or the browser is missing, what needs it fails and says so.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import hypothesis
import pytest
from alembic import command
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from sqlalchemy.engine import Dialect, Engine
from starlette.testclient import TestClient

from desk.clock import Clock, at_tokyo
from desk.database import Database
from desk.house import House
from desk.key_file import KEY_BYTES, new_key_file
from desk.privacy import Vault
from desk.settings import Settings
from desk.signals import Signals
from desk.tables import metadata
from migrations.runner import config_for
from tests.booking.story import Story, open_story
from tests.panel.scene import Scene, make_scene
from tests.postgres import Postgres, running_postgres

NO_BROWSER = "chromium is missing: run `make browser`, or as root: apt-get install -y chromium fonts-noto-cjk"
PHONE = ViewportSize(width=390, height=844)
WIDE = ViewportSize(width=1280, height=900)
BROWSER_FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--no-proxy-server",
    # A page that asks for anything outside this machine does not get it, and its test sees the gap.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
# SQLAlchemy keeps what it compiled for each dialect; every engine would begin with a dialect of its own.
DIALECTS: dict[str, Dialect] = {}
COMPILED: dict[object, object] = {}
# The same examples on every machine, and no test fails because a machine is busy.
hypothesis.settings.register_profile("steady", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def one_event_loop() -> Iterator[None]:
    """Requests within the process share a loop: by itself starlette's client starts one for each of them."""
    with start_blocking_portal() as TestClient.portal:
        yield
    TestClient.portal = None


@pytest.fixture
def now() -> datetime:
    """Thursday 2026-11-12, 23:40 in Japan: two weeks before a session, when nobody is at the desk."""
    return at_tokyo(date(2026, 11, 12), 23, 40)


@pytest.fixture
def clock(now: datetime) -> Clock:
    """A clock that stands still at `now`."""
    return Clock(fixed=now)


@pytest.fixture(scope="session")
def vault() -> Vault:
    """Keys made for this run only."""
    return Vault(os.urandom(KEY_BYTES))


@pytest.fixture(scope="session", autouse=True)
def erasure_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the desks of this run write who was erased: not into the folder the tests are started from."""
    file = tmp_path_factory.mktemp("erasures") / "tomarigi.erasures"
    os.environ["ERASURE_FILE"] = str(file)
    return file


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A file with a fresh master key, which can be changed."""
    new_key_file(tmp_path / "master.key")
    return tmp_path / "master.key"


@pytest.fixture
def house(database: Database, vault: Vault, clock: Clock) -> House:
    """What the edges are given: the fresh database, the keys, the clock that stands still, plain settings."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument, unknown to its type
        line_channel_secret="a secret for tests",
        line_channel_access_token="a token for tests",
        public_base_url="http://localhost:8000",
    )
    return House(database, vault, clock, settings)


@pytest.fixture
def signals(house: House) -> Iterator[Signals]:
    """What wakes open pages."""
    signals = Signals(house.database)
    yield signals
    signals.close()


@pytest.fixture
def scene(house: House, signals: Signals) -> Scene:
    """The desk the stories of the panel begin with: its officers and staff; nobody has booked yet."""
    return make_scene(house, signals)


@pytest.fixture
def story(database: Database, vault: Vault, now: datetime) -> Story:
    """The desk the stories of booking begin with: 諏訪, nobody booked yet."""
    return open_story(database, vault, now)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database with every table and not one row, once on SQLite and once on PostgreSQL."""
    database = Database(request.getfixturevalue(f"{request.param}_url"))
    _know_compiled(database.engine)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of such a database, for tests that start the program itself."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh SQLite file with every table."""
    path = tmp_path / "tomarigi.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A fresh PostgreSQL database with every table."""
    with postgres.filled() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, for what starts from nothing."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with request.getfixturevalue("postgres").empty() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, to be copied: made once."""
    path = tmp_path_factory.mktemp("sqlite") / "with_tables.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """An embedded PostgreSQL of this test process; its data lie in the temporary folder."""
    with running_postgres(_make_tables) as postgres:
        yield postgres


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, one for each test module: while it runs, its thread can run no other event loop."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, headless=True, chromium_sandbox=False, args=list(BROWSER_FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def new_phone(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens a page as a phone shows it (390×844), each with a profile of its own."""
    yield from _page_maker(browser, PHONE)


@pytest.fixture
def new_desktop(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens a page as a desktop shows it (1280×900), each with a profile of its own."""
    yield from _page_maker(browser, WIDE)


def _page_maker(browser: Browser, size: ViewportSize) -> Iterator[Callable[[], Page]]:
    contexts: list[BrowserContext] = []

    def open_page() -> Page:
        contexts.append(browser.new_context(viewport=size, locale="ja-JP", timezone_id="Asia/Tokyo"))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def _make_tables(url: str) -> None:
    database = Database(url)
    with database.transaction() as db:
        metadata.create_all(db)
        command.stamp(config_for(db), "head")
    database.close()
    DIALECTS[database.engine.name] = database.engine.dialect


def _know_compiled(engine: Engine) -> None:
    """What was compiled for one test is ready for the next: a fifth of the seconds of a test that reads and writes."""
    engine.dialect = DIALECTS[engine.name]
    engine.update_execution_options(compiled_cache=COMPILED)
