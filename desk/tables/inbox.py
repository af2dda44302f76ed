"""受信箱: how staff keep a conversation with a person, apart from the messages themselves."""

import sqlalchemy as sa

from desk.tables.base import AT_A_TIME, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

_TO_FETCH = sa.text("state = 'waiting'")

# One a person: when to look again, and who is writing just now.
thread = sa.Table(
    "thread",
    metadata,
    sa.Column("client_id", ID, sa.ForeignKey("client.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("look_on", sa.Date, index=True),
    sa.Column("writing_by", ID, sa.ForeignKey("account.id")),
    sa.Column("writing_at", UtcTime),
)

# What somebody has begun to write and not sent.
draft = sa.Table(
    "draft",
    metadata,
    id_column(),
    reference("client"),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("body", SEALED, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.UniqueConstraint("client_id", "account_id"),
)

# Words the desk uses again and again, with safe fields such as {date} and {place}.
canned_text = sa.Table(
    "canned_text",
    metadata,
    id_column(),
    reference("organisation"),
    sa.Column("title", sa.String(60), nullable=False),
    sa.Column("words", sa.String(1000), nullable=False),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.UniqueConstraint("organisation_id", "title"),
)

# A photo or a voice: only where the desk allows it, fetched from LINE, checked, sealed with the person's key.
media = sa.Table(
    "media",
    metadata,
    id_column(),
    reference("client"),
    reference("message"),
    sa.Column("state", sa.String(8), nullable=False, server_default="waiting"),
    # LINE's id of it, as long as it is still to be fetched.
    sa.Column("origin", SEALED),
    # What it is, by its content.
    sa.Column("mime", sa.String(40), nullable=False, server_default=""),
    sa.Column("body", SEALED),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    one_of("state", "waiting", "kept", "refused", "too_big", "gone"),
    sa.CheckConstraint("(state = 'kept') = (body IS NOT NULL)", name="kept_has_a_body"),
    sa.CheckConstraint("(state = 'waiting') = (origin IS NOT NULL)", name="waiting_has_an_origin"),
    sa.UniqueConstraint("message_id"),
    sa.Index("ix_media_waiting", "due_at", sqlite_where=_TO_FETCH, postgresql_where=_TO_FETCH),
    # A row may be 16 MB: few of them at a time, whoever reads the whole table.
    info={AT_A_TIME: 4},
)
