"""There is one way to write: all or nothing, opened by an edge and never by what it calls."""

from tests.house.exceptions import unexcused
from tests.house.tree import Source, program, sources, told

WRITES_BY_ITSELF = {"commit", "rollback", "begin", "connect"}
OPENS = {"transaction", "reading"}


def _calls_of(source: Source, names: set[str]) -> list[str]:
    return [source.at(call) for call in source.calls() if getattr(call.func, "attr", "") in names]


def test_the_only_commit_is_in_the_database_module() -> None:
    knows_sql = [source for source in program() if "sqlalchemy" in source.text]
    places = [place for source in knows_sql for place in _calls_of(source, WRITES_BY_ITSELF)]
    places = unexcused("commit", places)
    assert not places, told(
        "these open or end a transaction by themselves. Take `db: Connection` and let the caller's "
        "`database.transaction()` commit: all of it or nothing",
        places,
    )


def test_what_the_desk_does_never_opens_a_transaction() -> None:
    areas = [source for source in sources("desk") if source.name.count("/") > 1]
    places = [place for source in areas for place in _calls_of(source, OPENS)]
    assert not places, told(
        "an area of the desk opened a transaction. Then two services could not be called as one effect: "
        "take `db` from the caller; edges open transactions",
        places,
    )
