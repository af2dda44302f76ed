"""Where each person stands in the chat, and every message written by or to a person."""

import sqlalchemy as sa

from desk.tables.base import HASH, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

_WAITS = sa.text("direction = 'in' AND purpose = 'staff' AND answered_at IS NULL")

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("client_id", ID, sa.ForeignKey("client.id", ondelete="CASCADE"), primary_key=True),
    # The open flow and the answers so far, a flow laid aside, a text that waits for a yes: JSON, sealed.
    sa.Column("progress", SEALED, nullable=False),
    # When an open answer is forgotten: seven days idle.
    sa.Column("forget_at", UtcTime, index=True),
)

message = sa.Table(
    "message",
    metadata,
    id_column(),
    reference("client"),
    sa.Column("direction", sa.String(3), nullable=False),
    # story: for the officers of the day; staff: to staff; follow_up: from staff.
    sa.Column("purpose", sa.String(10), nullable=False),
    # What it was on the phone; taken back: the words are gone, only that there were some stays.
    sa.Column("kind", sa.String(8), nullable=False, server_default="text"),
    sa.Column("body", SEALED, nullable=False),
    reference("consent", nullable=True),
    # The desk may read it only once the person has said so.
    sa.Column("shared_at", UtcTime),
    sa.Column("answered_at", UtcTime),
    # Blind index of LINE's message id, so that a withdrawn message is found and erased.
    sa.Column("origin_index", HASH, index=True),
    sa.Column("account_id", ID, sa.ForeignKey("account.id")),
    sa.Column(
        "outbound_id",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.ForeignKey("outbound_message.id", ondelete="SET NULL"),
        index=True,
    ),
    sa.Column("at", UtcTime, nullable=False),
    one_of("direction", "in", "out"),
    one_of("purpose", "story", "staff", "follow_up"),
    one_of("kind", "text", "sticker", "image", "audio", "video", "file", "location", "unsent"),
    # Nothing a person wrote is kept without their consent.
    sa.CheckConstraint("direction = 'out' OR consent_id IS NOT NULL", name="kept_with_consent"),
    sa.Index("ix_message_client_at", "client_id", "at"),
    # Who waits for staff, and whom they talked with lately, without a walk over all that was ever said.
    sa.Index("ix_message_waiting", "client_id", "at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    sa.Index("ix_message_at", "at"),
)
