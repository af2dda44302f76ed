"""A new version comes while people write: the old processes end well, and nothing is lost or said twice."""

from pathlib import Path

from tests.crash.desk import RunningDesk, prepared_desk
from tests.crash.stream import writing

ENOUGH = 5


def _replace(desk: RunningDesk) -> list[int]:
    """On PostgreSQL the new ones stand beside the old before those leave; on SQLite there is room for one."""
    if desk.database.is_sqlite:
        codes = desk.stop("all")
        desk.start("all")
        return codes
    desk.start("web 2", "worker 2")
    desk.listen_to("web 2")
    return desk.stop("web", "worker")


def test_a_deploy_loses_nothing(desk: RunningDesk) -> None:
    with writing(desk) as stream:
        stream.wait_for_more(ENOUGH)
        codes = _replace(desk)
    assert set(codes) == {0}
    stream.wait_for_all()
    desk.settle()
    assert stream.answered() == [stream.said] * len(stream.people)
    assert set(desk.stop()) == {0}
    told = desk.run("invariants")
    assert told.returncode == 0, told.stdout


def test_without_redelivery_only_what_was_not_acknowledged_is_lost(sqlite_url: str, tmp_path: Path) -> None:
    with prepared_desk(sqlite_url, tmp_path) as desk:
        desk.line.set_redelivery(on=False)
        desk.start()
        with writing(desk) as stream:
            stream.wait_for_more(ENOUGH)
            _replace(desk)
        said = stream.said * len(stream.people)
        desk.line.deliveries(attempts=said + len(stream.people))
        desk.settle()
        assert stream.acknowledged() <= sum(stream.answered()) < said
