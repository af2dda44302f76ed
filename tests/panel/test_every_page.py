"""Every page of the panel there is, from the table of routes, with something of everything on it: axe finds nothing."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from admin.pages import PAGES
from tests.panel.scene import Scene
from tests.panel.served import Served, serve
from tests.panel.test_in_a_browser import faults_of
from tests.panel.test_matrix import Trial, trials
from tests.panel.worlds import OWN, Worlds, make_worlds

# A paper, a photo, a file: nothing that a browser shows as a page.
_NO_PAGE = (".pdf", ".csv", ".xlsx", ".svg", "{media_id}")


def looks() -> Iterator[Trial]:
    """Each route that shows something, once, by somebody who may."""
    seen = set()
    for trial in trials(PAGES, thorough=False):
        path = trial.route.path
        wanted = trial.method == "GET" and trial.world == OWN and trial.expected()
        if wanted and path not in seen and not path.endswith(_NO_PAGE):
            seen.add(path)
            yield trial


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_axe_finds_nothing_on_any_page(
    scene: Scene, new_phone: Callable[[], Page], new_desktop: Callable[[], Page]
) -> None:
    worlds = make_worlds(scene)
    with serve(worlds.scene) as served:
        found = [
            shown(trial, worlds, served, open_page)
            for open_page in (new_phone, new_desktop)
            for trial in looks()
        ]
    pages = [faults for faults in found if faults is not None]
    assert len(pages) > 80
    assert [fault for faults in pages for fault in faults] == []


def shown(trial: Trial, worlds: Worlds, served: Served, open_page: Callable[[], Page]) -> list[str] | None:
    """What is wrong with a page; None where it is no page but a file."""
    page = served.sign_in(open_page(), trial.who)
    answer = page.goto(f"{served.base}{trial.address(worlds)}")
    assert answer is not None
    assert answer.status < 500, trial
    is_page = "text/html" in answer.headers.get("content-type", "")
    faults = [f"{trial}: {fault}" for fault in faults_of(page)] if is_page else None
    page.close()
    return faults
