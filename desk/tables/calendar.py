"""Organisation, desks, their rules and exceptions, the sessions made from them, slots and bookings.

Capacity is rows, never a counter; what may not happen is refused by constraints (reference: booking 4.2).
"""

import sqlalchemy as sa

from desk.tables.base import CODE, HASH, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

LIVE_STATES = ("held", "offered", "confirmed")
ENDED_STATES = (
    *("attended", "no_show", "excused", "revoked", "expired", "declined", "moved", "lapsed"),
    # An offered place whose slot went to the booking it replaces.
    "merged",
)
_LIVE_LIST = ", ".join(f"'{state}'" for state in LIVE_STATES)
LIVE = f"state IN ({_LIVE_LIST})"
# For queries: only where it stands as these words does a database use the indexes of live bookings.
IS_LIVE: sa.ColumnElement[bool] = sa.literal_column(f"booking.{LIVE}")

organisation = sa.Table(
    "organisation",
    metadata,
    id_column(),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
)

desk = sa.Table(
    "desk",
    metadata,
    id_column(),
    reference("organisation"),
    sa.Column("code", CODE, nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("place", sa.String(300), nullable=False),
    # What somebody afraid asks for: the way in, the door, a map; shown to clients as it stands.
    sa.Column("way_in", sa.String(300), nullable=False, server_default=""),
    sa.Column("door", sa.String(300), nullable=False, server_default=""),
    sa.Column("map_url", sa.String(500), nullable=False, server_default=""),
    sa.Column("building_phone", sa.String(40), nullable=False, server_default=""),
    sa.Column("staff_phone", sa.String(40), nullable=False, server_default=""),
    sa.Column("opened_on", sa.Date, nullable=False),
    # Days on which staff read messages: JSON list of {"weekday": 0-6 (Monday first), "at": "10:00"}.
    sa.Column("reading_hours", sa.JSON, nullable=False),
    sa.Column("months_ahead", sa.Integer, nullable=False, server_default="3"),
    sa.Column("cutoff_days", sa.Integer, nullable=False, server_default="1"),
    sa.Column("cutoff_at", sa.String(5), nullable=False, server_default="17:00"),
    # Between two parties at a table, so that they do not meet in the corridor.
    sa.Column("gap_minutes", sa.Integer, nullable=False, server_default="10"),
    sa.Column("on_holiday", sa.String(10), nullable=False, server_default="close"),
    # Photos and voices are fetched and kept, sealed; otherwise only that there was one.
    sa.Column("keeps_media", sa.Boolean, nullable=False, server_default=sa.false()),
    one_of("on_holiday", "close", "move"),
)

desk_rule = sa.Table(
    "desk_rule",
    metadata,
    id_column(),
    reference("desk"),
    sa.Column("weekday", sa.Integer, nullable=False),
    # 1 to 5, or -1 for the last of the month.
    sa.Column("nth", sa.Integer, nullable=False),
    sa.Column("months", sa.JSON, nullable=False),
    sa.Column("starts", sa.String(5), nullable=False),
    sa.Column("ends", sa.String(5), nullable=False),
    sa.Column("party_starts", sa.JSON, nullable=False),
    sa.Column("party_minutes", sa.Integer, nullable=False),
    sa.Column("tables", sa.Integer, nullable=False),
    sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
    sa.CheckConstraint("nth BETWEEN -1 AND 5 AND nth <> 0", name="nth_known"),
)

date_exception = sa.Table(
    "date_exception",
    metadata,
    id_column(),
    reference("desk"),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("to_date", sa.Date),
    sa.Column("starts", sa.String(5)),
    sa.Column("ends", sa.String(5)),
    sa.Column("place", sa.String(300)),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    # The member of staff who said so.
    sa.Column("account_id", ID, sa.ForeignKey("account.id")),
    # A date cannot be both closed and special.
    sa.UniqueConstraint("desk_id", "date"),
    one_of("kind", "skip", "extra", "move"),
    sa.CheckConstraint("(kind = 'move') = (to_date IS NOT NULL)", name="move_has_target"),
)

session = sa.Table(
    "session",
    metadata,
    id_column(),
    reference("desk"),
    sa.Column("date", sa.Date, nullable=False, index=True),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("place", sa.String(300), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("origin", sa.String(10), nullable=False),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    # Judged at the end of a transaction, so that a backup may bring the rows back in any order.
    sa.Column("moved_from", ID, sa.ForeignKey("session.id", deferrable=True, initially="DEFERRED")),
    sa.UniqueConstraint("desk_id", "date"),
    # The target of booking.guard: a live booking can only point to an open session.
    sa.UniqueConstraint("id", "status"),
    one_of("status", "open", "closing", "closed"),
    one_of("origin", "rule", "extra", "moved"),
    sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
)

slot = sa.Table(
    "slot",
    metadata,
    id_column(),
    reference("session"),
    sa.Column("table_no", sa.Integer, nullable=False),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    # Blocked by staff: nobody can be booked there, in the chat or by hand.
    sa.Column("status", sa.String(8), nullable=False, server_default="open"),
    sa.Column("blocked_why", sa.String(200), nullable=False, server_default=""),
    # Made for one person's wish: only offered, never listed among the free times.
    sa.Column("reserved", sa.Boolean, nullable=False, server_default=sa.false()),
    # How people meet: at the place, by telephone, or online under `link`.
    sa.Column("way", sa.String(10), nullable=False, server_default="place"),
    sa.Column("link", sa.String(300), nullable=False, server_default=""),
    sa.UniqueConstraint("session_id", "table_no", "starts_at"),
    sa.UniqueConstraint("id", "session_id"),
    # The second target of booking.guard: a live booking can only point to a slot that is not blocked.
    sa.UniqueConstraint("id", "status"),
    one_of("status", "open", "blocked"),
    one_of("way", "place", "telephone", "online"),
    sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
)

booking = sa.Table(
    "booking",
    metadata,
    id_column(),
    reference("organisation"),
    # What the person reads: 予約番号. Given at confirmation, kept for life, also when the booking moves.
    sa.Column("number", sa.String(12)),
    sa.Column("slot_id", ID, nullable=False),
    sa.Column("session_id", ID, nullable=False, index=True),
    # Who writes to us, and who comes: the same person unless a supporter books for somebody.
    reference("client", name="writer_id"),
    reference("client", name="visitor_id"),
    sa.Column("about", sa.String(10), nullable=False, server_default="self"),
    # Whether the person spoken of knows of this: yes, no, or not said. Nobody at home is contacted otherwise.
    sa.Column("subject_knows", sa.String(8)),
    sa.Column("called_name", SEALED),
    # Blind index of the name as it is heard, so that staff find who gives it at the telephone or at the door.
    sa.Column("called_index", HASH, index=True),
    # Who will come, as a supporter or a family member notes it; sealed with the key of the one who writes.
    sa.Column("who_comes", SEALED),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    # Why a place was offered: a wish, the waiting list, or a day that was moved.
    sa.Column("offered_for", sa.String(8)),
    # The booking that an offered place would take the turn of; it stays until the offer is accepted.
    sa.Column("replaces_id", ID, sa.ForeignKey("booking.id", deferrable=True, initially="DEFERRED")),
    # 'open' exactly while live: the foreign keys then refuse a live booking on a session or slot that is not.
    sa.Column("guard", sa.String(10)),
    # One live booking per person; empty only where staff allow a second one, with a reason.
    sa.Column("quota_key", ID),
    sa.Column("expires_at", UtcTime),
    # none: not chosen yet counts as both; telephone: staff call.
    sa.Column("reminders", sa.String(10), nullable=False, server_default="both"),
    # The day on which they said how it was: counted once, and the order of the answers tells nothing.
    sa.Column("voiced_at", UtcTime),
    # What the person answered to a reminder: 行きます or 行けません.
    sa.Column("attends", sa.Boolean),
    sa.Column("promise", SEALED),
    sa.Column("promise_handed_on", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("confirmed_at", UtcTime),
    sa.Column("ended_at", UtcTime),
    sa.ForeignKeyConstraint(
        ["slot_id", "session_id"], ["slot.id", "slot.session_id"], name="fk_booking_slot"
    ),
    sa.ForeignKeyConstraint(
        ["session_id", "guard"], ["session.id", "session.status"], name="fk_booking_open_session"
    ),
    sa.ForeignKeyConstraint(["slot_id", "guard"], ["slot.id", "slot.status"], name="fk_booking_open_slot"),
    sa.UniqueConstraint("organisation_id", "number"),
    one_of("state", *LIVE_STATES, *ENDED_STATES),
    one_of("about", "self", "family", "other"),
    one_of("subject_knows", "yes", "no", "unsaid"),
    one_of("source", "line", "phone", "walk_in"),
    one_of("reminders", "both", "day_before", "none", "telephone"),
    one_of("offered_for", "wish", "waiting", "moved"),
    sa.CheckConstraint("state <> 'offered' OR offered_for IS NOT NULL", name="offered_for_a_reason"),
    sa.CheckConstraint(
        f"(guard IS NOT NULL AND guard = 'open' AND {LIVE}) OR (guard IS NULL AND NOT ({LIVE}))",
        name="guard_follows_state",
    ),
    sa.CheckConstraint("(expires_at IS NOT NULL) = (state IN ('held', 'offered'))", name="only_holds_expire"),
    sa.CheckConstraint("state <> 'confirmed' OR number IS NOT NULL", name="confirmed_has_number"),
    sa.Index(
        "uq_booking_live_slot",
        "slot_id",
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    ),
    sa.Index(
        "uq_booking_live_quota",
        "quota_key",
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    ),
    sa.Index(
        "ix_booking_hold_expiry",
        "expires_at",
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    ),
)

booking_change = sa.Table(
    "booking_change",
    metadata,
    id_column(),
    reference("booking"),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("from_state", sa.String(10)),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("slot_id", ID, nullable=False),
    # client, system, or the id of the account that did it.
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
)

reminder = sa.Table(
    "reminder",
    metadata,
    id_column(),
    reference("booking"),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("booking_version", sa.Integer, nullable=False),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, server_default="planned"),
    sa.Column("settled_at", UtcTime),
    sa.UniqueConstraint("booking_id", "kind", "booking_version"),
    one_of("kind", "three_days", "day_before", "missed"),
    one_of("state", "planned", "sent", "skipped"),
    sa.Index(
        "ix_reminder_due",
        "due_at",
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    ),
)

promise = sa.Table(
    "promise",
    metadata,
    id_column(),
    reference("desk"),
    # who_reads, kept, read_log: what the desk says to clients, approved by somebody by name.
    sa.Column("key", CODE, nullable=False),
    sa.Column("text", sa.String(400), nullable=False),
    sa.Column("approved_by", sa.String(100), nullable=False),
    sa.Column("approved_on", sa.Date, nullable=False),
    sa.UniqueConstraint("desk_id", "key"),
)

year_plan = sa.Table(
    "year_plan",
    metadata,
    id_column(),
    reference("desk"),
    sa.Column("year", sa.Integer, nullable=False),
    # Of the days as they stood: a plan changed since is to be approved again.
    sa.Column("days_hash", HASH, nullable=False),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("approved_at", UtcTime, nullable=False),
    sa.UniqueConstraint("desk_id", "year"),
)
