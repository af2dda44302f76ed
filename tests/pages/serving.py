"""The private pages on a real port of this machine, for a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from starlette.applications import Starlette
from starlette.routing import Mount

from bot.pages.app import make_pages
from desk.house import House
from simulator.server import HOST
from tests.serving import open_port, serving


@contextmanager
def served(house: House) -> Iterator[House]:
    """Serves the house's pages; hands out the house with the address they stand at."""
    door = open_port()
    address = f"http://{HOST}:{door.getsockname()[1]}"
    there = replace(house, settings=house.settings.model_copy(update={"public_base_url": address}))
    with serving(Starlette(routes=[Mount("/me", make_pages(there))]), door):
        yield there
