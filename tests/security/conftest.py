"""The whole web side, as somebody outside finds it."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.panel.scene import ORIGIN, Scene
from tomarigi.web import make_app

# Any public addresses; nothing is ever sent there.
OUTSIDE = "11.22.33.44"
NEIGHBOUR = "11.22.33.45"

Visitor = Callable[[str], TestClient]


@pytest.fixture
def visitor(scene: Scene) -> Visitor:
    """A browser that comes from an address, to the one program they all meet."""
    app = make_app(scene.house, scene.signals)

    def come(address: str) -> TestClient:
        return TestClient(
            app,
            base_url=ORIGIN,
            client=(address, 50_000),
            headers={"Origin": ORIGIN},
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    return come
