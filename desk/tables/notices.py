"""Notices to officers and staff, who has acknowledged them, and the agencies a person can be led to."""

import sqlalchemy as sa

from desk.tables.base import ID, SEALED, UtcTime, id_column, metadata, one_of, reference
from desk.tables.messaging import SEQUENCE

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", SEQUENCE, primary_key=True, autoincrement=True),
    # One notice per happening, however often it is told.
    sa.Column("dedupe_key", sa.String(120), nullable=False, unique=True),
    reference("desk"),
    reference("session", nullable=True),
    reference("booking", nullable=True),
    reference("flag", nullable=True),
    # The one officer it is for, whether or not they sit there; empty: all who sit there that day.
    reference("account", nullable=True),
    # The kind of change and nothing else: a notice carries no personal data.
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    # From then on staff see it as not acknowledged: 24 hours, 2 on the day before.
    sa.Column("escalate_at", UtcTime, nullable=False, index=True),
    one_of(
        "kind",
        "booked",
        "moved",
        "cancelled",
        "flag",
        "attends",
        "attends_not",
        "no_bookings",
        "answers",
        "roster",
        "absence",
        "swap",
        "conflict",
        "closed",
        "wish",
        "accepted",
        "declined",
    ),
    sqlite_autoincrement=True,
)

notice_receipt = sa.Table(
    "notice_receipt",
    metadata,
    sa.Column("notice_id", SEQUENCE, sa.ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True),
    # For whom it counts as known; `entered_by` differs where staff told them on paper or by telephone.
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("entered_by", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

mail = sa.Table(
    "mail",
    metadata,
    sa.Column("id", SEQUENCE, primary_key=True, autoincrement=True),
    # One mail for each occasion and reader, whoever asks for it how often.
    sa.Column("dedupe_key", sa.String(120), nullable=False, unique=True),
    reference("account"),
    # news: there is something to see; week: what waits for staff. Neither says what.
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, server_default="waiting"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", UtcTime, nullable=False, index=True),
    sa.Column("not_after", UtcTime, nullable=False),
    # Where it goes if not to the account's own address: to the one before, until it is settled.
    sa.Column("address", SEALED),
    # The class of the last fault, never its text.
    sa.Column("fault", sa.String(80), nullable=False, server_default=""),
    sa.Column("settled_at", UtcTime),
    one_of("kind", "news", "week"),
    one_of("state", "waiting", "sent", "dropped", "failed"),
    sqlite_autoincrement=True,
)

agency = sa.Table(
    "agency",
    metadata,
    id_column(),
    reference("organisation"),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("window", sa.String(120), nullable=False, server_default=""),
    sa.Column("hours", sa.String(120), nullable=False, server_default=""),
    sa.Column("telephone", sa.String(40), nullable=False, server_default=""),
    # What a person can say there, in plain words.
    sa.Column("words_to_say", sa.String(200), nullable=False, server_default=""),
    # Codes of the needs it serves.
    sa.Column("needs", sa.JSON, nullable=False),
    sa.Column("checked_on", sa.Date),
    sa.UniqueConstraint("organisation_id", "name", "window"),
)
