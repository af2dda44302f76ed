"""What fits no free time: wishes outside the rule, and the waiting list (空き待ち)."""

import sqlalchemy as sa

from desk.tables.base import ID, SEALED, UtcTime, id_column, metadata, one_of, reference

_WAITS = "state IN ('active', 'offered', 'paused')"
# For queries: only where it stands as these words does a database use the index of who still waits.
STILL_WAITS: sa.ColumnElement[bool] = sa.literal_column(f"waiting.{_WAITS}")

wish = sa.Table(
    "wish",
    metadata,
    id_column(),
    reference("desk"),
    reference("client"),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("note", SEALED),
    sa.Column("state", sa.String(10), nullable=False, server_default="open"),
    # The place that was offered for it.
    reference("booking", nullable=True),
    # The member of staff who answered.
    sa.Column("account_id", ID, sa.ForeignKey("account.id")),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("settled_at", UtcTime),
    one_of(
        "kind",
        "other_day",
        "evening",
        "weekend",
        "elsewhere",
        "telephone",
        "online",
        "call_me",
        "together",
    ),
    # offered: a place is held for them; done: met, answered, or no longer wished.
    one_of("state", "open", "offered", "done"),
)

waiting = sa.Table(
    "waiting",
    metadata,
    id_column(),
    reference("client"),
    # Empty: any desk will do.
    reference("desk", nullable=True),
    # The date of entry stays when a month passes in vain.
    sa.Column("entered_at", UtcTime, nullable=False),
    # Who lost a place because we closed comes before everybody else.
    sa.Column("lost_place", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("state", sa.String(10), nullable=False, server_default="active"),
    # The place that is held for them now.
    reference("booking", nullable=True),
    # Offers in a row that were left without an answer; after two the list rests and asks once.
    sa.Column("silences", sa.Integer, nullable=False, server_default="0"),
    # The last session after which they were asked whether to go on waiting.
    sa.Column("asked_after", sa.Date),
    sa.Column("ended_at", UtcTime),
    one_of("state", "active", "offered", "paused", "served", "left"),
    sa.CheckConstraint("state <> 'offered' OR booking_id IS NOT NULL", name="offered_has_place"),
    sa.Index(
        "uq_waiting_once",
        "client_id",
        unique=True,
        sqlite_where=sa.text(_WAITS),
        postgresql_where=sa.text(_WAITS),
    ),
)
