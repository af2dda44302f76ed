"""No change from elsewhere, strict headers everywhere, and no form that breaks anything."""

from starlette.testclient import TestClient

from bot.pages.form import MOST_BYTES, parse_form
from tests.pages.person import Someone, phone_for, text_of

FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
)
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
BROKEN = (
    b"",
    b"%",
    b"%FF%FE",
    b"chosen=%ED%A0%80",
    b"\xff\xfe\x00",
    b"&".join([b"chosen=x"] * 5000),
    b"=&=&=",
    b"{}",
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def browser_that_says(sora: Someone, headers: dict[str, str]) -> TestClient:
    """そら's cookie in a browser that says something else of its forms."""
    phone = phone_for(sora.house)
    for name in ("Origin", "Sec-Fetch-Site"):
        del phone.headers[name]
    phone.headers.update(headers)
    phone.cookies = sora.phone.cookies
    return phone


def test_a_form_from_elsewhere_changes_nothing(sora: Someone) -> None:
    sora.agrees()
    sora.opens()
    link = sora.link()

    for headers in FOREIGN:
        phone = browser_that_says(sora, headers)
        for path in ("/1", "/agree", "/12", "/bye", "/remove", "/ask"):
            answer = phone.post(f"/me{path}", data={"chosen": "no_bed", "words": "x"})
            assert answer.status_code == 403, headers
        assert phone.post(link).status_code == 403

    assert (sora.answers(), sora.flags()) == ({}, ())
    assert sora.sees("/all").status_code == 200
    assert sora.phone.post(link).status_code == 200


def test_an_old_phone_that_says_only_its_origin_may_write(sora: Someone) -> None:
    sora.agrees()
    sora.opens()
    phone = browser_that_says(sora, {"Origin": "http://localhost:8000"})

    phone.post("/me/1", data={"go": "next", "chosen": "both"})

    assert sora.answers() == {"tonight": "both"}


def test_every_answer_carries_the_headers(sora: Someone) -> None:
    sora.agrees()
    open_page = sora.phone.get(sora.link())
    sora.opens()
    stranger = phone_for(sora.house)
    answers = [
        open_page,
        *(
            sora.sees(path)
            for path in ("/1", "/all", "/numbers", "/done", "/bye", "/none", "/static/pages.css")
        ),
        stranger.get("/me/1"),
        stranger.post("/me/open/x"),
        stranger.post("/me/1", headers={"Sec-Fetch-Site": "cross-site"}),
        stranger.delete("/me/1"),
        sora.phone.post("/me/1", content=b"x" * (MOST_BYTES + 1), headers=FORM),
    ]

    for answer in answers:
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_title_and_address_tell_nothing_and_no_page_has_a_script(sora: Someone) -> None:
    sora.agrees()
    sora.opens()
    for path in (*(f"/{place}" for place in range(1, 13)), "/all", "/numbers", "/done", "/ask"):
        page = sora.sees(path)
        assert "<title>とまりぎ</title>" in page.text
        assert "<script" not in page.text
        assert "style=" not in page.text


def test_a_broken_form_breaks_nothing(sora: Someone) -> None:
    sora.agrees()
    sora.opens()

    for body in BROKEN:
        for path in ("/1", "/4", "/10", "/12", "/mend/1", "/remove", "/right", "/ask", "/agree"):
            answer = sora.phone.post(f"/me{path}", content=body, headers=FORM, follow_redirects=False)
            assert answer.status_code in (200, 303), body

    assert sora.answers() == {}


def test_a_form_longer_than_anybody_writes_is_refused_kindly(sora: Someone) -> None:
    sora.agrees()
    sora.opens()

    page = sora.phone.post("/me/12", content=b"words=" + b"a" * MOST_BYTES, headers=FORM)

    assert page.status_code == 413
    assert "長すぎて うけとれませんでした" in text_of(page)


def test_a_form_with_files_is_an_empty_one(sora: Someone) -> None:
    sora.agrees()
    sora.opens()

    sora.phone.post("/me/12", data={"words": "x"}, files={"photo": b"..."})

    assert sora.messages() == ()


def test_letters_outside_utf_8_are_replaced_one_by_one() -> None:
    assert parse_form(b"words=%E3%81%82%FF").one("words") == "あ\ufffd"
    assert parse_form(b"words=a%0D%0Ab").one("words") == "a\nb"
