"""The durable path: what LINE delivered (inbox), whose turn it is (lanes), what we say (outbox), what is due (jobs)."""

import sqlalchemy as sa

from desk.tables.base import CODE, HASH, ID, SEALED, UtcTime, metadata, one_of

SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_WAITING = sa.text("state = 'waiting'")
_PARKED = sa.text("state = 'parked'")
_OPEN = sa.text("state IN ('queued', 'sending')")
OPEN = _OPEN.text
# For queries: only where they stand as these words does a database use the indexes of what is open or parked. They are
# of no type for the same reason: SQLAlchemy would ask SQLite whether a Boolean equals 1.
MESSAGE_OPEN: sa.ColumnElement[bool] = sa.literal_column(f"outbound_message.{OPEN}")
MESSAGE_PARKED: sa.ColumnElement[bool] = sa.literal_column(f"outbound_message.{_PARKED.text}")

lane = sa.Table(
    "lane",
    metadata,
    # Blind index of the LINE user id; one lane of its own for events that name no user.
    sa.Column("id", HASH, primary_key=True),
    sa.Column("claimed_by", ID),
    sa.Column("claimed_until", UtcTime),
    # After a failure the lane rests until then; its events keep their order.
    sa.Column("next_at", UtcTime),
)

inbound_event = sa.Table(
    "inbound_event",
    metadata,
    sa.Column("id", SEQUENCE, primary_key=True, autoincrement=True),
    # LINE's webhookEventId, or the hash of the raw form where there is none.
    sa.Column("event_key", sa.String(80), nullable=False, unique=True),
    sa.Column("lane_id", HASH, sa.ForeignKey("lane.id"), nullable=False),
    # LINE's word for the event, or `unreadable`.
    sa.Column("kind", CODE, nullable=False),
    # The raw JSON (or bytes) under the inbox key; erased within 14 days.
    sa.Column("raw", SEALED),
    # LINE's timestamp in milliseconds: orders what waits, never compared with our clock.
    sa.Column("happened_ms", sa.BigInteger, nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    # A monotonic reading at receipt and its boot: the age of the reply token is an interval.
    sa.Column("received_tick", sa.Float, nullable=False),
    sa.Column("received_boot", sa.String(40), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, server_default="waiting"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    # The class of the last fault, never its text.
    sa.Column("fault", sa.String(80), nullable=False, server_default=""),
    sa.Column("settled_at", UtcTime),
    one_of("state", "waiting", "handled", "parked", "set_aside"),
    # A client's next events, and the clients who have any, without a walk over what is done or over a hot client.
    sa.Index(
        "ix_inbound_event_waiting",
        "lane_id",
        "happened_ms",
        "id",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    sa.Index("ix_inbound_event_parked", "id", sqlite_where=_PARKED, postgresql_where=_PARKED),
    sqlite_autoincrement=True,
)

outbound_message = sa.Table(
    "outbound_message",
    metadata,
    sa.Column("id", SEQUENCE, primary_key=True, autoincrement=True),
    # Also the X-Line-Retry-Key of a push: made before the first attempt.
    sa.Column("key", ID, nullable=False, unique=True),
    # Unique per effect: a reminder, a notice of a change, a staff message exists once.
    sa.Column("dedupe_key", sa.String(120), unique=True),
    sa.Column("client_id", ID, sa.ForeignKey("client.id", ondelete="CASCADE"), nullable=False, index=True),
    # The event whose reply token may carry it for free; empty: push only.
    sa.Column("event_id", SEQUENCE, sa.ForeignKey("inbound_event.id")),
    # answer, reminder, staff, follow_up, news: decides on quota and night, and nothing of what is said.
    sa.Column("purpose", sa.String(10), nullable=False),
    # Booking, cancellation, danger: pushed when the outcome of a reply stays unknown. Staff's answers: never held back.
    sa.Column("must_arrive", sa.Boolean, nullable=False, server_default=sa.false()),
    # What to say: a list of {"kind", "facts"}, sealed with the person's key.
    sa.Column("says", SEALED, nullable=False),
    # The messages as sent, made at the first attempt of each way; every retry sends them unchanged.
    sa.Column("reply_wire", SEALED),
    sa.Column("push_wire", SEALED),
    sa.Column("state", sa.String(10), nullable=False, server_default="queued"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reply_tried", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("first_push_at", UtcTime),
    sa.Column("claimed_by", ID),
    sa.Column("claimed_until", UtcTime),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("not_after", UtcTime),
    sa.Column("fault", sa.String(80), nullable=False, server_default=""),
    sa.Column("line_request_id", sa.String(80), nullable=False, server_default=""),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("settled_at", UtcTime),
    one_of("purpose", "answer", "reminder", "staff", "follow_up", "news"),
    one_of("state", "queued", "sending", "accepted", "blocked", "unknown", "dropped", "parked", "set_aside"),
    sa.Index("ix_outbound_message_open", "client_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_outbound_message_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_outbound_message_parked", "id", sqlite_where=_PARKED, postgresql_where=_PARKED),
    sqlite_autoincrement=True,
)

job = sa.Table(
    "job",
    metadata,
    sa.Column("name", CODE, primary_key=True),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("last_run_at", UtcTime),
    sa.Column("last_result", sa.String(80), nullable=False, server_default=""),
)

line_quota = sa.Table(
    "line_quota",
    metadata,
    # The month as LINE counts it in Japan: 2026-11.
    sa.Column("month", sa.String(7), primary_key=True),
    # Pushes that are free or paid for this month; empty: LINE sets no limit.
    sa.Column("allowed", sa.Integer),
    # What LINE counts itself; it may lag behind, and knows of what staff send from its own manager.
    sa.Column("used", sa.Integer, nullable=False, server_default="0"),
    # What we have pushed this month, and had pushed when LINE was asked.
    sa.Column("pushed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("pushed_then", sa.Integer, nullable=False, server_default="0"),
    # Empty: LINE has not been asked yet.
    sa.Column("read_at", UtcTime),
)

heartbeat = sa.Table(
    "heartbeat",
    metadata,
    sa.Column("process", CODE, primary_key=True),
    sa.Column("beat_at", UtcTime, nullable=False),
)

invariant = sa.Table(
    "invariant",
    metadata,
    # I1 to I8: what `desk/invariants.py` asks each night.
    sa.Column("name", CODE, primary_key=True),
    # How many rows offend against it.
    sa.Column("offenders", sa.Integer, nullable=False),
    sa.Column("checked_at", UtcTime, nullable=False),
)
