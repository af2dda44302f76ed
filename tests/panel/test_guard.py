"""No request from elsewhere changes anything; no answer is kept, framed or told to others."""

import pytest

from admin.app import CONTENT_POLICY
from tests.engines import ONE_BY_DEFAULT
from tests.panel.scene import ORIGIN, Scene

pytestmark = ONE_BY_DEFAULT


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
    ],
)
def test_a_form_from_elsewhere_is_refused(scene: Scene, headers: dict[str, str]) -> None:
    browser = scene.browser("kobayashi")
    answer = browser.post("/admin/text-size", data={"size": "huge"}, headers=headers)
    assert answer.status_code == 403
    assert 'class="text-normal"' in browser.get("/admin/today").text


def test_our_own_forms_are_taken(scene: Scene) -> None:
    browser = scene.browser("kobayashi")
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": ORIGIN}):
        answer = browser.post("/admin/text-size", data={"size": "huge"}, headers=headers)
        assert answer.status_code == 200
    assert 'class="text-huge"' in browser.get("/admin/today").text


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/start/unknown", "/today"])
def test_every_answer_carries_the_headers(scene: Scene, path: str) -> None:
    answer = scene.browser("kobayashi").get(f"/admin{path}")
    assert answer.headers["content-security-policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_there_is_no_page_about_the_pages(scene: Scene) -> None:
    browser = scene.browser("kanri")
    assert [browser.get(f"/admin/{name}").status_code for name in ("docs", "redoc", "openapi.json")] == [
        404
    ] * 3


def test_odd_input_is_answered_and_never_breaks_anything(scene: Scene) -> None:
    browser = scene.browser("sato")
    odd = "\x00\ud800".encode("utf-8", "surrogatepass") + "あ🙂".encode() * 3000
    for path in ("/bookings/new", "/calendar/extra", "/clients/find", "/settings/suwa/desk", "/week/told"):
        for field in (b"number", b"day", b"slot", b"note", b"way_in", b"notice", b"called_name"):
            body = field + b"=" + b"".join(b"%%%02X" % byte for byte in odd)
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = browser.post(f"/admin{path}", content=body, headers=headers)
            assert answer.status_code in (200, 400, 404, 422), f"{path} {field!r} {answer.status_code}"
