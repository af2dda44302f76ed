"""A photo and a voice as staff meet them: opened by hand, loaded only then, with nothing that keeps anybody out."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from desk.tables.audit import audit_entry
from tests.engines import ONE_BY_DEFAULT
from tests.media.phone import AT_LINE, VOICE, Phone, allow_media, arrives, photo
from tests.panel.scene import Scene
from tests.panel.served import serve
from tests.panel.test_in_a_browser import faults_of


def looks(scene: Scene) -> int:
    """How often somebody has looked at a photo or heard a voice."""
    with scene.house.database.reading() as db:
        query = sa.select(sa.func.count()).where(audit_entry.c.kind == "media")
        return int(db.execute(query).scalar_one())


@ONE_BY_DEFAULT
@pytest.mark.parametrize("screen", ["new_phone", pytest.param("new_desktop", marks=pytest.mark.soak)])
def test_a_photo_is_loaded_when_it_is_opened_and_fits_the_screen(
    scene: Scene, phone: Phone, request: pytest.FixtureRequest, screen: str
) -> None:
    new_page: Callable[[], Page] = request.getfixturevalue(screen)
    allow_media(scene.house)
    for kind, body in (("image", photo(1_200, 900)), ("audio", VOICE)):
        phone.sends(kind, **AT_LINE)
        phone.types("1")
        arrives(scene.house, body)
    with serve(scene) as served:
        page = served.sign_in(new_page(), "sato")
        page.goto(f"{served.base}/admin/clients/{phone.client_id}")
        expect(page.get_by_label("本人が送った声")).to_be_visible()
        assert looks(scene) == 0, "nobody has opened anything"
        page.get_by_text("写真を見る").focus()
        page.keyboard.press("Enter")
        picture = page.get_by_alt_text("本人が送った写真")
        expect(picture).to_be_visible()
        page.wait_for_function("document.querySelector('.thing img').naturalWidth > 0")
        assert looks(scene) == 1
        box = picture.bounding_box()
        assert box is not None
        width = (page.viewport_size or {"width": 0})["width"]
        assert 0 < box["x"] + box["width"] <= width, "nothing hangs over the edge"
        assert faults_of(page) == []
