"""受信箱: how staff keep a conversation with a person, apart from the messages themselves."""

import sqlalchemy as sa

from desk.tables.base import ID, SEALED, UtcTime, id_column, metadata, reference

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

# A photo, a voice, a file: only where the desk allows it, checked, sealed with the person's key.
media = sa.Table(
    "media",
    metadata,
    id_column(),
    reference("client"),
    reference("message"),
    sa.Column("mime", sa.String(40), nullable=False),
    sa.Column("body", SEALED, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.UniqueConstraint("message_id"),
)
