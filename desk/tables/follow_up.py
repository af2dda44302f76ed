"""After a visit: plans, whom LINE no longer reaches, news to those who agreed, and one question."""

import sqlalchemy as sa

from desk.tables.base import ID, SEALED, UtcTime, id_column, metadata, one_of, reference

# A desk's usual steps after a visit.
follow_up_step = sa.Table(
    "follow_up_step",
    metadata,
    id_column(),
    reference("desk"),
    sa.Column("after_days", sa.Integer, nullable=False),
    sa.Column("way", sa.String(9), nullable=False),
    sa.UniqueConstraint("desk_id", "after_days"),
    sa.CheckConstraint("after_days > 0", name="after_the_visit"),
    one_of("way", "message", "telephone", "visit"),
)

follow_up = sa.Table(
    "follow_up",
    metadata,
    id_column(),
    reference("client"),
    reference("desk"),
    # The visit it follows, if it follows one.
    reference("booking", nullable=True),
    # What allows it: given at the desk, taken back with one tap.
    reference("consent"),
    sa.Column("way", sa.String(9), nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, server_default="planned"),
    sa.Column("result", sa.String(10)),
    # What staff note about a call or a visit.
    sa.Column("note", SEALED),
    sa.Column(
        "outbound_id",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.ForeignKey("outbound_message.id", ondelete="SET NULL"),
    ),
    sa.Column("account_id", ID, sa.ForeignKey("account.id")),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("settled_at", UtcTime),
    # Never twice: one step a day for a person.
    sa.UniqueConstraint("client_id", "due_on", "way"),
    one_of("way", "message", "telephone", "visit"),
    # sent: waits for an answer; moved: put off, another row stands for it; stopped: they wanted no more, staff left
    # it out, or LINE did not reach them.
    one_of("state", "planned", "sent", "done", "stopped", "moved"),
    one_of("result", "reached", "fine", "no_answer", "trouble", "declined"),
    sa.CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="done_has_result"),
    sa.Index(
        "ix_follow_up_due",
        "due_on",
        sqlite_where=sa.text("state IN ('planned', 'sent')"),
        postgresql_where=sa.text("state IN ('planned', 'sent')"),
    ),
)

# Somebody LINE no longer reaches: a task to reach them by the means they agreed to, and never by another.
reach_task = sa.Table(
    "reach_task",
    metadata,
    id_column(),
    reference("client"),
    reference("desk", nullable=True),
    sa.Column("why", sa.String(8), nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("result", sa.String(10)),
    sa.Column("note", SEALED),
    sa.Column("account_id", ID, sa.ForeignKey("account.id")),
    sa.Column("closed_at", UtcTime),
    one_of("why", "blocked", "gone", "failed"),
    one_of("result", "reached", "no_answer", "no_means", "back"),
    sa.Index(
        "uq_reach_task_open",
        "client_id",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

# The same person with a new LINE account: linked by staff after checking, and undone again if it was wrong.
relink = sa.Table(
    "relink",
    metadata,
    id_column(),
    # Whom it belongs to now, and under whom it first came.
    reference("client"),
    reference("client", name="from_id"),
    reference("address"),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("undone_at", UtcTime),
    sa.CheckConstraint("client_id <> from_id", name="not_with_oneself"),
)

#: A link that was not undone.
LINK_STANDS = relink.c.undone_at.is_(None)

# Somebody asks in the chat to be linked: whom they may mean, and whether the name they gave is that person's.
relink_request = sa.Table(
    "relink_request",
    metadata,
    id_column(),
    reference("client"),
    # Whose number or spoken code they gave; empty: nobody's.
    reference("client", name="meant_id", nullable=True),
    sa.Column("name_fits", sa.Boolean, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("account_id", ID, sa.ForeignKey("account.id")),
    sa.Column("settled_at", UtcTime),
    sa.Index(
        "uq_relink_request_open",
        "client_id",
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    ),
)

announcement = sa.Table(
    "announcement",
    metadata,
    id_column(),
    reference("organisation"),
    # By desk only, never by need; empty: all desks.
    reference("desk", nullable=True),
    sa.Column("words", sa.String(500), nullable=False),
    sa.Column("state", sa.String(8), nullable=False, server_default="draft"),
    # How many it was for when somebody pressed send.
    sa.Column("people", sa.Integer),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("send_at", UtcTime),
    sa.Column("finished_at", UtcTime),
    one_of("state", "draft", "sending", "sent", "stopped"),
)

# To whom an announcement was handed over: once each, whatever crashes.
announcement_person = sa.Table(
    "announcement_person",
    metadata,
    sa.Column("announcement_id", ID, sa.ForeignKey("announcement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("client_id", ID, sa.ForeignKey("client.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column(
        "outbound_id",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.ForeignKey("outbound_message.id", ondelete="SET NULL"),
    ),
    sa.Column("at", UtcTime, nullable=False),
)

# One answer to the one question after a visit: no way back to whoever gave it.
visit_voice = sa.Table(
    "visit_voice",
    metadata,
    id_column(),
    reference("desk"),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("answer", sa.String(10), nullable=False),
    one_of("answer", "good", "so_so", "hard"),
)
