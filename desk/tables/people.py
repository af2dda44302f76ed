"""Accounts of officers and staff, their sign-ins, and the roster."""

import sqlalchemy as sa

from desk.tables.base import HASH, ID, SEALED, UtcTime, id_column, metadata, one_of, reference

account = sa.Table(
    "account",
    metadata,
    id_column(),
    reference("organisation"),
    # Officers and staff belong to a desk; empty: all desks of the organisation.
    reference("desk", nullable=True),
    # What is typed at sign-in, given by the house: 職員番号.
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("role", sa.String(14), nullable=False),
    # Under the house's key, not in plain.
    sa.Column("name", SEALED, nullable=False),
    sa.Column("password_hash", sa.String(200)),
    # The second factor beside a password: a seed under the house's key, and the last step used, so no code works twice.
    sa.Column("totp_seed", SEALED),
    sa.Column("totp_step", sa.Integer),
    # 守秘の誓約 and the training, for the audit.
    sa.Column("pledged_on", sa.Date),
    sa.Column("trained_on", sa.Date),
    # Where a mail may say that there is news, and nothing else; under the house's key.
    sa.Column("mail", SEALED),
    # normal, large, huge: the size of letters they chose.
    sa.Column("text_size", sa.String(8), nullable=False, server_default="normal"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("disabled_at", UtcTime),
    one_of("role", "officer", "staff", "supervisor", "prefecture", "administrator"),
    one_of("text_size", "normal", "large", "huge"),
)

# Who is told of urgent signs at once (緊急サインを受ける人). No row: nobody, and the bot says so truthfully.
urgent_contact = sa.Table(
    "urgent_contact",
    metadata,
    sa.Column("desk_id", ID, sa.ForeignKey("desk.id", ondelete="CASCADE"), primary_key=True),
    reference("account"),
)

account_link = sa.Table(
    "account_link",
    metadata,
    sa.Column("token_hash", HASH, primary_key=True),
    reference("account"),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime),
)

# A key in somebody's telephone or tablet, opened by a finger or a face (WebAuthn).
passkey = sa.Table(
    "passkey",
    metadata,
    id_column(),
    reference("account"),
    # Both in base64url, as browsers send them.
    sa.Column("credential", sa.String(1400), nullable=False, unique=True),
    sa.Column("public_key", sa.String(1400), nullable=False),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    # What the owner calls the device.
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime),
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    id_column(),
    reference("account"),
    sa.Column("code_hash", sa.String(200), nullable=False),
    sa.Column("used_at", UtcTime),
)

# Half a sign-in: what a browser must answer before its time is over, and only once.
challenge = sa.Table(
    "challenge",
    metadata,
    sa.Column("token_hash", HASH, primary_key=True),
    reference("account", nullable=True),
    sa.Column("purpose", sa.String(10), nullable=False),
    sa.Column("value", sa.String(200)),
    # Real time, as for every one-time secret.
    sa.Column("expires_at", UtcTime, nullable=False),
    one_of("purpose", "enrol", "sign_in", "second", "prove", "totp"),
)

sign_in = sa.Table(
    "sign_in",
    metadata,
    sa.Column("token_hash", HASH, primary_key=True),
    # What the owner's list of sign-ins and the reading log call it; never the secret.
    sa.Column("id", ID, nullable=False, unique=True),
    reference("account"),
    sa.Column("method", sa.String(10), nullable=False),
    # When the person last showed all factors: some acts want it fresh.
    sa.Column("proved_at", UtcTime),
    # "Android, Chrome" and no more.
    sa.Column("device", sa.String(40), nullable=False, server_default=""),
    # Whence, as a blind index: guessing elsewhere does not slow who signs in here.
    sa.Column("address_index", HASH),
    # On a tablet that others use too: a shorter idle time.
    sa.Column("shared", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    one_of("method", "link", "passkey", "totp", "recovery"),
)

sign_in_attempt = sa.Table(
    "sign_in_attempt",
    metadata,
    id_column(),
    sa.Column("number", sa.Integer, nullable=False, index=True),
    # Where it came from, as a blind index: guessing spread over many numbers is slowed too.
    sa.Column("address_index", HASH, index=True),
    sa.Column("at", UtcTime, nullable=False),
    # The reading log tells of it: once a minute for each address, where nobody knows whose try it was.
    sa.Column("told", sa.Boolean, nullable=False, server_default=sa.false()),
)

duty = sa.Table(
    "duty",
    metadata,
    id_column(),
    reference("session"),
    sa.Column("table_no", sa.Integer, nullable=False),
    # Two officers a table: seat 1 and seat 2.
    sa.Column("seat", sa.Integer, nullable=False),
    reference("account"),
    sa.Column("date", sa.Date, nullable=False),
    sa.UniqueConstraint("session_id", "table_no", "seat"),
    # Nobody sits at two desks on one day.
    sa.UniqueConstraint("account_id", "date"),
    sa.CheckConstraint("seat IN (1, 2)", name="two_seats"),
)

personal_note = sa.Table(
    "personal_note",
    metadata,
    sa.Column("id", ID, primary_key=True),
    reference("client"),
    reference("account", nullable=False),
    # What staff leave for each other about a person (引きつぎメモ): sealed with the person's key.
    sa.Column("body", SEALED, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)
