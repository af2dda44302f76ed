"""Days that were closed or moved after people had booked, and the ledger of who has been reached."""

import sqlalchemy as sa

from desk.tables.base import ID, UtcTime, id_column, metadata, one_of, reference
from desk.tables.messaging import SEQUENCE

closure = sa.Table(
    "closure",
    metadata,
    id_column(),
    reference("session"),
    # Where the day went; empty: it is closed.
    sa.Column("to_session_id", ID, sa.ForeignKey("session.id", deferrable=True, initially="DEFERRED")),
    # For staff and officers only: the building, the weather; never a person.
    sa.Column("why", sa.String(200), nullable=False, server_default=""),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    # Once everybody has been reached.
    sa.Column("finished_at", UtcTime),
    sa.UniqueConstraint("session_id"),
)

closure_person = sa.Table(
    "closure_person",
    metadata,
    id_column(),
    reference("closure"),
    reference("client"),
    # The place they lost, and the one that is held for them elsewhere.
    reference("booking"),
    sa.Column("offer_id", ID, sa.ForeignKey("booking.id", ondelete="CASCADE")),
    # What they were sent; empty where there is no way by LINE.
    sa.Column("outbound_id", SEQUENCE, sa.ForeignKey("outbound_message.id", ondelete="SET NULL")),
    sa.Column("answer", sa.String(10)),
    sa.Column("answered_at", UtcTime),
    # Who told them, and when; without a time: who found no means to tell them.
    sa.Column("told_by", ID, sa.ForeignKey("account.id")),
    sa.Column("told_at", UtcTime),
    sa.Column("done_at", UtcTime),
    sa.UniqueConstraint("closure_id", "booking_id"),
    one_of("answer", "other_day", "telephone", "not_now", "accepted"),
)
