"""Who looked at what, who broke the glass and why, incidents with their clocks, and the papers of an audit."""

import sqlalchemy as sa

from desk.tables.base import CODE, HASH, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

# Append-only and chained: each row carries the hash of the one before. No content, no foreign keys: it outlives
# accounts and erased people, whose numbers it names and nothing else.
audit_entry = sa.Table(
    "audit_entry",
    metadata,
    sa.Column(
        "number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("account_id", ID, index=True),
    sa.Column("role", sa.String(14), nullable=False),
    sa.Column("sign_in_id", ID),
    # view, search, export, print, change, break_glass, sign_in …
    sa.Column("act", CODE, nullable=False),
    # What it was done to: client, booking, session …
    sa.Column("kind", CODE, nullable=False, server_default=""),
    sa.Column("subject_id", sa.String(40)),
    sa.Column("client_id", ID, index=True),
    # JSON: counts and names of fields, never what they hold.
    sa.Column("facts", sa.String(400), nullable=False, server_default="{}"),
    sa.Column("refused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("previous", HASH, nullable=False),
    sa.Column("hash", HASH, nullable=False),
    sa.Index("ix_audit_entry_at", "at"),
)

# A supervisor has looked the log over, up to this entry.
audit_review = sa.Table(
    "audit_review",
    metadata,
    id_column(),
    reference("account"),
    sa.Column("up_to", sa.BigInteger, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

break_glass = sa.Table(
    "break_glass",
    metadata,
    id_column(),
    reference("account"),
    reference("client"),
    # Under the person's key, and gone with what they told: it tells of them. The rest waits for its review.
    sa.Column("reason", SEALED),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("until", UtcTime, nullable=False),
    sa.Column("reviewed_by", ID, sa.ForeignKey("account.id")),
    sa.Column("reviewed_at", UtcTime),
)

incident = sa.Table(
    "incident",
    metadata,
    id_column(),
    reference("organisation"),
    # Under the house's key.
    sa.Column("what", SEALED, nullable=False),
    sa.Column("malicious", sa.Boolean, nullable=False, server_default=sa.false()),
    # The stretch of the reading log the affected people are counted from.
    sa.Column("log_from", UtcTime),
    sa.Column("log_to", UtcTime),
    sa.Column("suspect_id", ID, sa.ForeignKey("account.id")),
    sa.Column("found_at", UtcTime, nullable=False),
    # 速報 and 確報 to 個人情報保護委員会 (APPI article 26).
    sa.Column("first_report_at", UtcTime),
    sa.Column("final_report_at", UtcTime),
    sa.Column("closed_at", UtcTime),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
)

# What the prefecture asks for on paper: restore tests, contractors, the register of LINE use.
audit_document = sa.Table(
    "audit_document",
    metadata,
    id_column(),
    reference("organisation"),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("on_date", sa.Date, nullable=False),
    sa.Column("until_date", sa.Date),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    one_of("kind", "restore_test", "contractor", "line_use"),
)
