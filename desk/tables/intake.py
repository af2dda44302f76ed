"""The questions before the visit, the needs found or chosen, and what signs of danger led to."""

import sqlalchemy as sa

from desk.tables.base import CODE, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

intake = sa.Table(
    "intake",
    metadata,
    id_column(),
    reference("client"),
    sa.Column("booking_id", ID, sa.ForeignKey("booking.id"), index=True),
    sa.Column("questionnaire_version", sa.String(20), nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    # Set once the visit is over: the next visit starts with empty questions.
    sa.Column("closed_at", UtcTime),
    sa.Index(
        "uq_intake_open",
        "client_id",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

answer = sa.Table(
    "answer",
    metadata,
    id_column(),
    reference("intake"),
    reference("client"),
    sa.Column("key", CODE, nullable=False),
    sa.Column("value", SEALED, nullable=False),
    # NOT NULL: no answer without consent.
    reference("consent"),
    sa.Column("answered_at", UtcTime, nullable=False),
    sa.UniqueConstraint("intake_id", "key"),
)

need = sa.Table(
    "need",
    metadata,
    id_column(),
    reference("client"),
    reference("intake", nullable=True),
    reference("message", nullable=True),
    # {"code", "evidence": [[start, end, text]]}: which need it is stays sealed; places count in the message's signs.
    sa.Column("body", SEALED, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("decided_by", ID, sa.ForeignKey("account.id")),
    sa.Column("decided_at", UtcTime),
    one_of("state", "chosen", "suggested", "confirmed", "rejected"),
)

flag = sa.Table(
    "flag",
    metadata,
    id_column(),
    reference("client"),
    reference("desk", nullable=True),
    sa.Column("level", sa.String(6), nullable=False),
    # {"codes", "also", "how": button|text|menu|yes|unsure|unanswered, "pressed"}: sealed. Never a person's own words.
    sa.Column("body", SEALED, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, server_default="open"),
    sa.Column("raised_at", UtcTime, nullable=False),
    # What staff did about it, in their words.
    sa.Column("note", SEALED),
    sa.Column("closed_by", ID, sa.ForeignKey("account.id")),
    sa.Column("closed_at", UtcTime),
    one_of("level", "alarm", "check"),
    one_of("state", "open", "closed"),
)

# Whether somebody is in danger was asked; the latest time counts.
danger_question = sa.Table(
    "danger_question",
    metadata,
    sa.Column("client_id", ID, sa.ForeignKey("client.id", ondelete="CASCADE"), primary_key=True),
    # The signs it was asked for: a list of codes, sealed.
    sa.Column("codes", SEALED, nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    # Answered, or its silence noticed; until then it is open.
    sa.Column("settled_at", UtcTime),
    sa.Index(
        "ix_danger_question_open",
        "asked_at",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    ),
)
