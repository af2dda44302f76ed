"""Who sees a photo or a voice, how it is handed out, and that it is written down; how every kind looks to staff."""

from typing import Any

import sqlalchemy as sa

from bot.pages.kept import parts_of
from desk.calendar.queries import list_desks
from desk.record.queries import kept_of
from desk.tables.audit import audit_entry
from tests.engines import ONE_BY_DEFAULT
from tests.media.phone import AT_LINE, PLACE, VOICE, Phone, allow_media, arrives, photo
from tests.panel.scene import ON_THE_DAY, Scene
from tests.record.acts import opens_record

pytestmark = ONE_BY_DEFAULT

BOOKED = ("予約", "諏訪", "1", "1", "自分のこと", "1", "1")


def send(scene: Scene, phone: Phone, kind: str, body: bytes, **fields: Any) -> str:
    """They send it and say yes, and it has come; the address it is shown under."""
    before = {row.media_id for row in phone.kept()}
    phone.sends(kind, **AT_LINE, **fields)
    phone.types("1")
    arrives(scene.house, body)
    (media_id,) = {row.media_id for row in phone.kept()} - before
    return f"/admin/media/{media_id}"


def log_of(scene: Scene, address: str) -> list[tuple[str, str, bool, str | None]]:
    """What was written down of a photo: act, role, whether refused, and whose it is."""
    media_id = address.rpartition("/")[2]
    with scene.house.database.reading() as db:
        query = sa.select(audit_entry).where(audit_entry.c.subject_id == media_id)
        rows = db.execute(query.order_by(audit_entry.c.number)).all()
    return [(row.act, row.role, row.refused, row.client_id) for row in rows]


def test_a_photo_is_handed_out_inert_and_each_look_is_written_down(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    address = send(scene, phone, "image", photo())
    answer = scene.browser("sato").get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.content.startswith(b"\xff\xd8")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert log_of(scene, address) == [("view", "staff", False, phone.client_id)]


def test_a_player_may_ask_for_a_part(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    address, staff = send(scene, phone, "audio", VOICE), scene.browser("sato")
    whole = staff.get(address)
    assert (whole.content, whole.headers["content-type"]) == (VOICE, "audio/mp4")
    parts = {"bytes=0-1": VOICE[:2], "bytes=10-": VOICE[10:], f"bytes=5-{10**8}": VOICE[5:]}
    for asked, part in parts.items():
        answer = staff.get(address, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (206, part)
        assert answer.headers["content-range"].endswith(f"/{len(VOICE)}")
    assert staff.get(address, headers={"Range": f"bytes={len(VOICE)}-"}).status_code == 416
    assert staff.get(address, headers={"Range": "bytes=-5"}).content == VOICE


def test_a_voice_heard_in_parts_is_written_down_once(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    address, staff = send(scene, phone, "audio", VOICE), scene.browser("sato")
    for part in ("bytes=10-", "bytes=0-1", "bytes=2-9"):
        staff.get(address, headers={"Range": part})
    assert len(log_of(scene, address)) == 1
    scene.browser("mori").get(address, headers={"Range": "bytes=10-"})
    assert len(log_of(scene, address)) == 2


def test_people_see_and_hear_their_own_and_nobody_elses(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    send(scene, phone, "audio", VOICE)
    (sent,) = phone.kept()
    page = opens_record(phone, scene.house)
    assert "の 声を 聞く" in page.get("/me/record").text
    answer = page.post("/me/record/thing", data={"message": sent.id})
    assert (answer.content, answer.headers["content-type"]) == (VOICE, "audio/mp4")
    assert answer.headers["cache-control"] == "no-store"
    other = Phone(scene.house, f"U{'6' * 32}")
    other.types("こんにちは")
    theirs = opens_record(other, scene.house).post("/me/record/thing", data={"message": sent.id})
    assert VOICE not in theirs.content


def test_officers_see_what_is_for_the_people_of_their_day_and_nothing_else(
    scene: Scene, phone: Phone
) -> None:
    allow_media(scene.house)
    phone.types(*BOOKED)
    for_the_day = send(scene, phone, "image", photo())
    phone.types("職員に書く")
    for_staff = send(scene, phone, "image", photo())
    on_the_day = scene.at(ON_THE_DAY)
    officer = on_the_day.browser("kobayashi")
    sheet = officer.get("/admin/today").text
    assert "写真を見る" in sheet
    assert for_the_day in sheet
    assert officer.get(for_the_day).status_code == 200
    assert officer.get(for_staff).status_code == 404
    assert scene.browser("kobayashi").get(for_the_day).status_code == 404, "two weeks before the day"
    for who, status in (("nishi", 404), ("ogawa", 404), ("mori", 200)):
        assert on_the_day.browser(who).get(for_the_day).status_code == status, who
    assert scene.visitor().get(for_the_day, follow_redirects=False).status_code == 303


def test_every_kind_stands_in_the_conversation_as_what_it_is(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    phone.agrees()
    for kind in ("sticker", "video", "file"):
        phone.sends(kind, **AT_LINE)
    phone.sends("location", **PLACE)
    phone.types("1")
    for kind, body in (("image", photo()), ("audio", VOICE), ("image", b"<html>")):
        send(scene, phone, kind, body)
    phone.sends("audio", **AT_LINE)
    phone.types("1")
    text = scene.browser("sato").get(f"/admin/clients/{phone.client_id}").text
    for words in (
        "スタンプ",
        "動画（ここでは見られません）",
        "ファイル（ここでは見られません）",
        "場所：諏訪の駅前 長野県諏訪市",
        "<summary>写真を見る</summary>",
        'loading="lazy"',
        '<audio controls preload="none"',
        "写真（中身をたしかめられないので、うけとりませんでした）",
        "声（うけとっているところです）",
    ):
        assert words in text, words
    waiting = scene.browser("sato").get("/admin/week").text
    assert "動画" in waiting
    assert "スタンプ" not in waiting


def test_the_supervisor_decides_whether_a_desk_keeps_photos(scene: Scene) -> None:
    address, supervisor = "/admin/settings/suwa/media", scene.browser("mori")
    assert scene.browser("sato").post(address, data={"keeps": "yes"}).status_code == 403
    assert keeping(scene) == {"suwa": False, "ueda": False}
    assert "これからは、うけとらない" in supervisor.post(address, data={"keeps": "yes"}).text
    assert keeping(scene) == {"suwa": True, "ueda": False}
    assert supervisor.post(address, data={"keeps": "?"}).status_code == 404
    assert "これからは、うけとらない" not in supervisor.post(address, data={"keeps": "no"}).text
    assert keeping(scene) == {"suwa": False, "ueda": False}


def keeping(scene: Scene) -> dict[str, bool]:
    with scene.house.database.reading() as db:
        return {desk.code: desk.keeps_media for desk in list_desks(db)}


def test_the_person_finds_it_among_what_is_kept_of_them(scene: Scene, phone: Phone) -> None:
    allow_media(scene.house)
    phone.types(*BOOKED)
    send(scene, phone, "image", photo())
    with scene.house.database.reading() as db:
        parts = parts_of(kept_of(db, scene.house.vault, phone.client_id))
    told = {part.heading: [line.told for line in part.lines] for part in parts}
    assert told["書いたもの"] == ["写真"]
