"""How long things are kept, what keeps them longer, and what stays of people who are gone: counts without a name."""

import sqlalchemy as sa

from desk.tables.base import CODE, HASH, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

# A lifetime that differs from the default of `desk/retention`.
retention_rule = sa.Table(
    "retention_rule",
    metadata,
    sa.Column("kind", CODE, primary_key=True),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.CheckConstraint("days > 0", name="days_positive"),
)

# Keeps one person's data beyond its time: with a reason, an end, and a second person who agrees.
retention_hold = sa.Table(
    "retention_hold",
    metadata,
    id_column(),
    reference("client"),
    sa.Column("reason", SEALED, nullable=False),
    sa.Column("until_date", sa.Date, nullable=False),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("second_id", ID, sa.ForeignKey("account.id")),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("agreed_at", UtcTime),
    sa.Column("ended_at", UtcTime),
    sa.CheckConstraint("second_id <> account_id", name="two_people"),
    sa.Index(
        "uq_retention_hold_open",
        "client_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

retention_run = sa.Table(
    "retention_run",
    metadata,
    id_column(),
    sa.Column("at", UtcTime, nullable=False),
    # JSON: how many of each kind went.
    sa.Column("counts", sa.String(1000), nullable=False),
)

# Somebody was erased: a certificate without a name, and what `restore` must erase again.
erasure = sa.Table(
    "erasure",
    metadata,
    id_column(),
    # Keyed hash of the client's id; the same line goes to the erasure file.
    sa.Column("subject_hash", HASH, nullable=False, unique=True),
    sa.Column("why", sa.String(10), nullable=False),
    # Staff who carried it out; empty where the person did it, or the nightly job.
    sa.Column("account_id", ID, sa.ForeignKey("account.id")),
    sa.Column("at", UtcTime, nullable=False),
    # Written to the erasure file, which stands outside database and backup.
    sa.Column("noted_at", UtcTime),
    one_of("why", "asked", "retention"),
)

# One visit or booking of somebody who is gone: no way back to a person.
past_booking = sa.Table(
    "past_booking",
    metadata,
    id_column(),
    reference("desk"),
    sa.Column("month", sa.String(7), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("about", sa.String(6)),
    sa.Column("source", sa.String(8)),
    # The person's first visit of that 年度 at this desk: so 実人員 still adds up.
    sa.Column("first_of_year", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("session_id", ID),
)
