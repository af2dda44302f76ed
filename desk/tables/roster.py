"""Around the roster: who is away, who changes with whom, and who must not meet whom."""

import sqlalchemy as sa

from desk.tables.base import ID, UtcTime, id_column, metadata, one_of, reference

_ASKED = sa.text("state = 'asked'")

absence = sa.Table(
    "absence",
    metadata,
    id_column(),
    reference("account"),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("entered_by", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.CheckConstraint("last_day >= first_day", name="ends_after_start"),
)

swap = sa.Table(
    "swap",
    metadata,
    id_column(),
    # The seat somebody would like to give away; asked of one officer at a time.
    reference("session"),
    sa.Column("table_no", sa.Integer, nullable=False),
    sa.Column("seat", sa.Integer, nullable=False),
    reference("account", name="from_id"),
    reference("account", name="to_id"),
    # The day the other gives in return; empty: only taken over.
    reference("session", name="back_session_id", nullable=True),
    sa.Column("state", sa.String(10), nullable=False, server_default="asked"),
    # Who entered it: one of the two, or staff for them.
    sa.Column("entered_by", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("settled_at", UtcTime),
    one_of("state", "asked", "agreed", "declined", "withdrawn"),
    sa.CheckConstraint("from_id <> to_id", name="not_with_oneself"),
    sa.Index(
        "uq_swap_asked",
        "session_id",
        "table_no",
        "seat",
        unique=True,
        sqlite_where=_ASKED,
        postgresql_where=_ASKED,
    ),
)

avoidance = sa.Table(
    "avoidance",
    metadata,
    id_column(),
    # Kept without a reason: a neighbour, a relative, an old case; nobody needs to say which.
    reference("account"),
    reference("client"),
    sa.Column("entered_by", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.UniqueConstraint("account_id", "client_id"),
)
