"""The questions before the visit, the needs found or chosen, and the flags raised by signs of danger."""

import sqlalchemy as sa

from desk.tables.base import CODE, HASH, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

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
    # {"code", "evidence": [{"start", "end", "text"}], "chosen": bool}: which need it is stays sealed.
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
    # Blind index of LINE's id of the message the words came from: unsending it takes them out again.
    sa.Column("origin_index", HASH, index=True),
    sa.Column("level", sa.String(6), nullable=False),
    # {"codes", "evidence", "how": button|text|unanswered}: sealed.
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
