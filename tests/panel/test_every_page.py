"""Every page of the panel there is, from the table of routes, with something of everything on it: axe finds nothing."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from admin.pages import PAGES
from tests.panel.scene import Scene
from tests.panel.served import serve
from tests.panel.test_in_a_browser import faults_of
from tests.panel.test_matrix import Trial, trials
from tests.panel.worlds import OWN, make_worlds

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
    worlds, problems, shown = make_worlds(scene), [], 0
    with serve(worlds.scene) as served:
        for open_page in (new_phone, new_desktop):
            pages: dict[str, Page] = {}
            for trial in looks():
                if trial.who not in pages:
                    pages[trial.who] = served.sign_in(open_page(), trial.who)
                page = pages[trial.who]
                answer = page.goto(f"{served.base}{trial.address(worlds)}")
                assert answer is not None
                assert answer.status < 500, trial
                if "text/html" in answer.headers.get("content-type", ""):
                    shown += 1
                    problems += [f"{trial}: {fault}" for fault in faults_of(page)]
    assert shown > 80
    assert problems == []
