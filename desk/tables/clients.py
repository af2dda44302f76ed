"""The people the desk knows, how they are reached, what they agreed to, and the links to their private pages."""

import sqlalchemy as sa

from desk.tables.base import CODE, HASH, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

client = sa.Table(
    "client",
    metadata,
    id_column(),
    reference("organisation"),
    # What staff call a person before there is a name: 相談者番号.
    sa.Column("number", sa.Integer, nullable=False),
    # The person's own key, wrapped by the master key. Erasing a person destroys it first.
    sa.Column("wrapped_key", SEALED),
    sa.Column("phone", SEALED),
    sa.Column("phone_index", HASH, index=True),
    # How somebody may be reached: which number, when, who we say we are. Kept with the telephone.
    sa.Column("phone_note", SEALED),
    # 合言葉: said at the telephone or at the door by somebody without LINE; found by its blind index.
    sa.Column("spoken_code", SEALED),
    sa.Column("spoken_code_index", HASH, unique=True),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("erased_at", UtcTime),
    sa.UniqueConstraint("organisation_id", "number"),
)

relation = sa.Table(
    "relation",
    metadata,
    id_column(),
    # Two people staff know to belong together; each side says for itself whether the other may know of it.
    reference("client"),
    reference("client", name="other_id"),
    sa.Column("other_may_know", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.UniqueConstraint("client_id", "other_id"),
    sa.CheckConstraint("client_id <> other_id", name="not_with_oneself"),
)

channel = sa.Table(
    "channel",
    metadata,
    id_column(),
    reference("organisation"),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.UniqueConstraint("organisation_id", "kind"),
    one_of("kind", "line"),
)

address = sa.Table(
    "address",
    metadata,
    id_column(),
    reference("channel"),
    reference("client"),
    # The LINE user id: found by its blind index, sealed for sending.
    sa.Column("address_index", HASH, nullable=False),
    sa.Column("value", SEALED, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("state_since", UtcTime, nullable=False),
    # LINE's id of the rich menu linked to this person alone; none: the one for everybody.
    sa.Column("menu", sa.String(100)),
    # The address first: who writes is looked up by it alone.
    sa.UniqueConstraint("address_index", "channel_id"),
    one_of("state", "following", "blocked"),
)

consent = sa.Table(
    "consent",
    metadata,
    id_column(),
    reference("client"),
    # booking, answers, follow_up, news, or one agency: one purpose at a time.
    sa.Column("purpose", CODE, nullable=False),
    reference("agency", nullable=True),
    # consent, or emergency: a danger to life or body (APPI article 20-2), with who decided and why.
    sa.Column("basis", sa.String(9), nullable=False, server_default="consent"),
    sa.Column("reason", SEALED),
    # Who wrote it down, where it was said to somebody and not pressed.
    sa.Column("account_id", ID, sa.ForeignKey("account.id")),
    sa.Column("text_version", sa.String(20), nullable=False),
    sa.Column("text_hash", HASH, nullable=False),
    sa.Column("given_at", UtcTime, nullable=False),
    sa.Column("withdrawn_at", UtcTime),
    # For one agency: when staff told it that this is over.
    sa.Column("agency_told_at", UtcTime),
    sa.Column("via", sa.String(8), nullable=False),
    one_of("purpose", "booking", "answers", "follow_up", "news", "agency"),
    one_of("via", "line", "page", "panel"),
    one_of("basis", "consent", "emergency"),
    sa.CheckConstraint("(purpose = 'agency') = (agency_id IS NOT NULL)", name="agency_named"),
    sa.CheckConstraint(
        "basis = 'consent' OR (reason IS NOT NULL AND account_id IS NOT NULL)", name="emergency_explained"
    ),
    sa.Index(
        "uq_consent_in_force",
        "client_id",
        "purpose",
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL AND agency_id IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND agency_id IS NULL"),
    ),
    sa.Index(
        "uq_consent_agency_in_force",
        "client_id",
        "agency_id",
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL AND agency_id IS NOT NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND agency_id IS NOT NULL"),
    ),
)

# Every text that somebody ever agreed to, so that the same words can be shown again.
consent_text = sa.Table(
    "consent_text",
    metadata,
    sa.Column("text_hash", HASH, primary_key=True),
    sa.Column("purpose", CODE, nullable=False),
    sa.Column("version", sa.String(20), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("first_at", UtcTime, nullable=False),
)

page_link = sa.Table(
    "page_link",
    metadata,
    sa.Column("token_hash", HASH, primary_key=True),
    reference("client"),
    sa.Column("purpose", sa.String(10), nullable=False),
    sa.Column("open_until", UtcTime, nullable=False),
    sa.Column("opened_at", UtcTime),
    # The cookie the opened page works with.
    sa.Column("session_hash", HASH, unique=True),
    sa.Column("write_until", UtcTime),
    one_of("purpose", "intake", "message", "calendar", "record"),
)
