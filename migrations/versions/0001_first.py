"""Schema 0001: first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To schema 0001."""
    op.create_table(
        "audit_entry",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=14), nullable=False),
        sa.Column("sign_in_id", sa.String(length=32), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="", nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("client_id", sa.String(length=32), nullable=True),
        sa.Column("facts", sa.String(length=400), server_default="{}", nullable=False),
        sa.Column("refused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_account_id"), "audit_entry", ["account_id"], unique=False)
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_client_id"), "audit_entry", ["client_id"], unique=False)
    op.create_table(
        "consent_text",
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("text_hash", name=op.f("pk_consent_text")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "invariant",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("offenders", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_invariant")),
    )
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_result", sa.String(length=80), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    op.create_table(
        "lane",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
    )
    op.create_table(
        "line_quota",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pushed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pushed_then", sa.Integer(), server_default="0", nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_line_quota")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("address_index", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        op.f("ix_sign_in_attempt_address_index"), "sign_in_attempt", ["address_index"], unique=False
    )
    op.create_index(op.f("ix_sign_in_attempt_number"), "sign_in_attempt", ["number"], unique=False)
    op.create_table(
        "agency",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("window", sa.String(length=120), server_default="", nullable=False),
        sa.Column("hours", sa.String(length=120), server_default="", nullable=False),
        sa.Column("telephone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("words_to_say", sa.String(length=200), server_default="", nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_agency_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint(
            "organisation_id", "name", "window", name=op.f("uq_agency_organisation_id_name_window")
        ),
    )
    op.create_index(op.f("ix_agency_organisation_id"), "agency", ["organisation_id"], unique=False)
    op.create_table(
        "channel",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.CheckConstraint("kind IN ('line')", name=op.f("ck_channel_kind_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_channel_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("organisation_id", "kind", name=op.f("uq_channel_organisation_id_kind")),
    )
    op.create_index(op.f("ix_channel_organisation_id"), "channel", ["organisation_id"], unique=False)
    op.create_table(
        "client",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("phone_note", sa.LargeBinary(), nullable=True),
        sa.Column("spoken_code", sa.LargeBinary(), nullable=True),
        sa.Column("spoken_code_index", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_client_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_client_organisation_id_number")),
        sa.UniqueConstraint("spoken_code_index", name=op.f("uq_client_spoken_code_index")),
    )
    op.create_index(op.f("ix_client_organisation_id"), "client", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_client_phone_index"), "client", ["phone_index"], unique=False)
    op.create_table(
        "desk",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("way_in", sa.String(length=300), server_default="", nullable=False),
        sa.Column("door", sa.String(length=300), server_default="", nullable=False),
        sa.Column("map_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("building_phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("staff_phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("reading_hours", sa.JSON(), nullable=False),
        sa.Column("months_ahead", sa.Integer(), server_default="3", nullable=False),
        sa.Column("cutoff_days", sa.Integer(), server_default="1", nullable=False),
        sa.Column("cutoff_at", sa.String(length=5), server_default="17:00", nullable=False),
        sa.Column("gap_minutes", sa.Integer(), server_default="10", nullable=False),
        sa.Column("on_holiday", sa.String(length=10), server_default="close", nullable=False),
        sa.Column("keeps_media", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("on_holiday IN ('close', 'move')", name=op.f("ck_desk_on_holiday_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_desk_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("code", name=op.f("uq_desk_code")),
    )
    op.create_index(op.f("ix_desk_organisation_id"), "desk", ["organisation_id"], unique=False)
    op.create_table(
        "inbound_event",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("event_key", sa.String(length=80), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("happened_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_tick", sa.Float(), nullable=False),
        sa.Column("received_boot", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(length=80), server_default="", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'handled', 'parked', 'set_aside')",
            name=op.f("ck_inbound_event_state_known"),
        ),
        sa.ForeignKeyConstraint(["lane_id"], ["lane.id"], name=op.f("fk_inbound_event_lane_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_event")),
        sa.UniqueConstraint("event_key", name=op.f("uq_inbound_event_event_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_inbound_event_parked",
        "inbound_event",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_index(
        "ix_inbound_event_waiting",
        "inbound_event",
        ["lane_id", "happened_ms", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=14), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_seed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("pledged_on", sa.Date(), nullable=True),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.Column("text_size", sa.String(length=8), server_default="normal", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('officer', 'staff', 'supervisor', 'prefecture', 'administrator')",
            name=op.f("ck_account_role_known"),
        ),
        sa.CheckConstraint(
            "text_size IN ('normal', 'large', 'huge')", name=op.f("ck_account_text_size_known")
        ),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_account_desk_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_account_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("number", name=op.f("uq_account_number")),
    )
    op.create_index(op.f("ix_account_desk_id"), "account", ["desk_id"], unique=False)
    op.create_index(op.f("ix_account_organisation_id"), "account", ["organisation_id"], unique=False)
    op.create_table(
        "address",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("address_index", sa.String(length=64), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("menu", sa.String(length=100), nullable=True),
        sa.CheckConstraint("state IN ('following', 'blocked')", name=op.f("ck_address_state_known")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_address_channel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_address_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("address_index", "channel_id", name=op.f("uq_address_address_index_channel_id")),
    )
    op.create_index(op.f("ix_address_channel_id"), "address", ["channel_id"], unique=False)
    op.create_index(op.f("ix_address_client_id"), "address", ["client_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("progress", sa.LargeBinary(), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_conversation_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_forget_at"), "conversation", ["forget_at"], unique=False)
    op.create_table(
        "danger_question",
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_danger_question_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_danger_question")),
    )
    op.create_index(
        "ix_danger_question_open",
        "danger_question",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "desk_rule",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("party_starts", sa.JSON(), nullable=False),
        sa.Column("party_minutes", sa.Integer(), nullable=False),
        sa.Column("tables", sa.Integer(), nullable=False),
        sa.CheckConstraint("nth BETWEEN -1 AND 5 AND nth <> 0", name=op.f("ck_desk_rule_nth_known")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_desk_rule_weekday_known")),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_desk_rule_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_rule")),
    )
    op.create_index(op.f("ix_desk_rule_desk_id"), "desk_rule", ["desk_id"], unique=False)
    op.create_table(
        "follow_up_step",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=9), nullable=False),
        sa.CheckConstraint(
            "way IN ('message', 'telephone', 'visit')", name=op.f("ck_follow_up_step_way_known")
        ),
        sa.CheckConstraint("after_days > 0", name=op.f("ck_follow_up_step_after_the_visit")),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_follow_up_step_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_step")),
        sa.UniqueConstraint("desk_id", "after_days", name=op.f("uq_follow_up_step_desk_id_after_days")),
    )
    op.create_index(op.f("ix_follow_up_step_desk_id"), "follow_up_step", ["desk_id"], unique=False)
    op.create_table(
        "outbound_message",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=True),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("must_arrive", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("says", sa.LargeBinary(), nullable=False),
        sa.Column("reply_wire", sa.LargeBinary(), nullable=True),
        sa.Column("push_wire", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reply_tried", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("first_push_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=80), server_default="", nullable=False),
        sa.Column("line_request_id", sa.String(length=80), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('answer', 'reminder', 'staff', 'follow_up', 'news')",
            name=op.f("ck_outbound_message_purpose_known"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'accepted', 'blocked', 'unknown', 'dropped', 'parked', 'set_aside')",
            name=op.f("ck_outbound_message_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_outbound_message_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["inbound_event.id"], name=op.f("fk_outbound_message_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbound_message_dedupe_key")),
        sa.UniqueConstraint("key", name=op.f("uq_outbound_message_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbound_message_client_id"), "outbound_message", ["client_id"], unique=False)
    op.create_index(
        "ix_outbound_message_due",
        "outbound_message",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index(
        "ix_outbound_message_open",
        "outbound_message",
        ["client_id", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index(
        "ix_outbound_message_parked",
        "outbound_message",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_table(
        "page_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        sa.Column("write_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('intake', 'message', 'calendar', 'record')", name=op.f("ck_page_link_purpose_known")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_page_link_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_page_link")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_page_link_session_hash")),
    )
    op.create_index(op.f("ix_page_link_client_id"), "page_link", ["client_id"], unique=False)
    op.create_table(
        "past_booking",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=6), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=True),
        sa.Column("first_of_year", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_past_booking_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_booking")),
    )
    op.create_index(op.f("ix_past_booking_desk_id"), "past_booking", ["desk_id"], unique=False)
    op.create_table(
        "promise",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_promise_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
        sa.UniqueConstraint("desk_id", "key", name=op.f("uq_promise_desk_id_key")),
    )
    op.create_index(op.f("ix_promise_desk_id"), "promise", ["desk_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("moved_from", sa.String(length=32), nullable=True),
        sa.CheckConstraint("origin IN ('rule', 'extra', 'moved')", name=op.f("ck_session_origin_known")),
        sa.CheckConstraint("status IN ('open', 'closing', 'closed')", name=op.f("ck_session_status_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_session_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_session_desk_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["moved_from"],
            ["session.id"],
            name=op.f("fk_session_moved_from"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("desk_id", "date", name=op.f("uq_session_desk_id_date")),
        sa.UniqueConstraint("id", "status", name=op.f("uq_session_id_status")),
    )
    op.create_index(op.f("ix_session_date"), "session", ["date"], unique=False)
    op.create_index(op.f("ix_session_desk_id"), "session", ["desk_id"], unique=False)
    op.create_table(
        "visit_voice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.CheckConstraint("answer IN ('good', 'so_so', 'hard')", name=op.f("ck_visit_voice_answer_known")),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_visit_voice_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_voice")),
    )
    op.create_index(op.f("ix_visit_voice_desk_id"), "visit_voice", ["desk_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_absence_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_absence_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_account_id"), "absence", ["account_id"], unique=False)
    op.create_table(
        "account_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_link_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_link")),
    )
    op.create_index(op.f("ix_account_link_account_id"), "account_link", ["account_id"], unique=False)
    op.create_table(
        "announcement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="draft", nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'sending', 'sent', 'stopped')", name=op.f("ck_announcement_state_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_announcement_account_id")),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_announcement_desk_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_announcement_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_desk_id"), "announcement", ["desk_id"], unique=False)
    op.create_index(
        op.f("ix_announcement_organisation_id"), "announcement", ["organisation_id"], unique=False
    )
    op.create_table(
        "audit_document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('restore_test', 'contractor', 'line_use')", name=op.f("ck_audit_document_kind_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_audit_document_account_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_audit_document_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_document")),
    )
    op.create_index(
        op.f("ix_audit_document_organisation_id"), "audit_document", ["organisation_id"], unique=False
    )
    op.create_table(
        "audit_review",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_audit_review_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_review")),
    )
    op.create_index(op.f("ix_audit_review_account_id"), "audit_review", ["account_id"], unique=False)
    op.create_table(
        "avoidance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_avoidance_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_avoidance_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_avoidance_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avoidance")),
        sa.UniqueConstraint("account_id", "client_id", name=op.f("uq_avoidance_account_id_client_id")),
    )
    op.create_index(op.f("ix_avoidance_account_id"), "avoidance", ["account_id"], unique=False)
    op.create_index(op.f("ix_avoidance_client_id"), "avoidance", ["client_id"], unique=False)
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_break_glass_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_break_glass_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name=op.f("fk_break_glass_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index(op.f("ix_break_glass_account_id"), "break_glass", ["account_id"], unique=False)
    op.create_index(op.f("ix_break_glass_client_id"), "break_glass", ["client_id"], unique=False)
    op.create_table(
        "canned_text",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_canned_text_account_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_canned_text_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_text")),
        sa.UniqueConstraint("organisation_id", "title", name=op.f("uq_canned_text_organisation_id_title")),
    )
    op.create_index(op.f("ix_canned_text_organisation_id"), "canned_text", ["organisation_id"], unique=False)
    op.create_table(
        "challenge",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('enrol', 'sign_in', 'second', 'prove', 'totp')",
            name=op.f("ck_challenge_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_challenge_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_account_id"), "challenge", ["account_id"], unique=False)
    op.create_table(
        "closure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("to_session_id", sa.String(length=32), nullable=True),
        sa.Column("why", sa.String(length=200), server_default="", nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_closure_account_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_closure_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_session_id"],
            ["session.id"],
            name=op.f("fk_closure_to_session_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("session_id", name=op.f("uq_closure_session_id")),
    )
    op.create_index(op.f("ix_closure_session_id"), "closure", ["session_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.String(length=32), nullable=True),
        sa.Column("basis", sa.String(length=9), server_default="consent", nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agency_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "(purpose = 'agency') = (agency_id IS NOT NULL)", name=op.f("ck_consent_agency_named")
        ),
        sa.CheckConstraint(
            "basis = 'consent' OR (reason IS NOT NULL AND account_id IS NOT NULL)",
            name=op.f("ck_consent_emergency_explained"),
        ),
        sa.CheckConstraint("basis IN ('consent', 'emergency')", name=op.f("ck_consent_basis_known")),
        sa.CheckConstraint(
            "purpose IN ('booking', 'answers', 'follow_up', 'news', 'agency')",
            name=op.f("ck_consent_purpose_known"),
        ),
        sa.CheckConstraint("via IN ('line', 'page', 'panel')", name=op.f("ck_consent_via_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_consent_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_consent_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_agency_id"), "consent", ["agency_id"], unique=False)
    op.create_index(op.f("ix_consent_client_id"), "consent", ["client_id"], unique=False)
    op.create_index(
        "uq_consent_agency_in_force",
        "consent",
        ["client_id", "agency_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL AND agency_id IS NOT NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND agency_id IS NOT NULL"),
    )
    op.create_index(
        "uq_consent_in_force",
        "consent",
        ["client_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL AND agency_id IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND agency_id IS NULL"),
    )
    op.create_table(
        "date_exception",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("starts", sa.String(length=5), nullable=True),
        sa.Column("ends", sa.String(length=5), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "(kind = 'move') = (to_date IS NOT NULL)", name=op.f("ck_date_exception_move_has_target")
        ),
        sa.CheckConstraint("kind IN ('skip', 'extra', 'move')", name=op.f("ck_date_exception_kind_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_date_exception_account_id")),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_date_exception_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_exception")),
        sa.UniqueConstraint("desk_id", "date", name=op.f("uq_date_exception_desk_id_date")),
    )
    op.create_index(op.f("ix_date_exception_desk_id"), "date_exception", ["desk_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_account_id")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_draft_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("client_id", "account_id", name=op.f("uq_draft_client_id_account_id")),
    )
    op.create_index(op.f("ix_draft_client_id"), "draft", ["client_id"], unique=False)
    op.create_table(
        "duty",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.CheckConstraint("seat IN (1, 2)", name=op.f("ck_duty_two_seats")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_duty_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("account_id", "date", name=op.f("uq_duty_account_id_date")),
        sa.UniqueConstraint("session_id", "table_no", "seat", name=op.f("uq_duty_session_id_table_no_seat")),
    )
    op.create_index(op.f("ix_duty_account_id"), "duty", ["account_id"], unique=False)
    op.create_index(op.f("ix_duty_session_id"), "duty", ["session_id"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("why IN ('asked', 'retention')", name=op.f("ck_erasure_why_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_erasure_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("subject_hash", name=op.f("uq_erasure_subject_hash")),
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=True),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="open", nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN ('alarm', 'check')", name=op.f("ck_flag_level_known")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_flag_state_known")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_flag_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_flag_closed_by")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_flag_desk_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_client_id"), "flag", ["client_id"], unique=False)
    op.create_index(op.f("ix_flag_desk_id"), "flag", ["desk_id"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("malicious", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("log_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("log_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspect_id", sa.String(length=32), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_report_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_report_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_incident_account_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_incident_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["suspect_id"], ["account.id"], name=op.f("fk_incident_suspect_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_organisation_id"), "incident", ["organisation_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("fault", sa.String(length=80), server_default="", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('news', 'week')", name=op.f("ck_mail_kind_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'dropped', 'failed')", name=op.f("ck_mail_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_mail_dedupe_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mail_account_id"), "mail", ["account_id"], unique=False)
    op.create_index(op.f("ix_mail_due_at"), "mail", ["due_at"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("credential", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.String(length=1400), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"], unique=False)
    op.create_table(
        "personal_note",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_personal_note_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_personal_note_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_note")),
    )
    op.create_index(op.f("ix_personal_note_account_id"), "personal_note", ["account_id"], unique=False)
    op.create_index(op.f("ix_personal_note_client_id"), "personal_note", ["client_id"], unique=False)
    op.create_table(
        "reach_task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=True),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "result IN ('reached', 'no_answer', 'no_means', 'back')", name=op.f("ck_reach_task_result_known")
        ),
        sa.CheckConstraint("why IN ('blocked', 'gone', 'failed')", name=op.f("ck_reach_task_why_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reach_task_account_id")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_reach_task_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_reach_task_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_task")),
    )
    op.create_index(op.f("ix_reach_task_client_id"), "reach_task", ["client_id"], unique=False)
    op.create_index(op.f("ix_reach_task_desk_id"), "reach_task", ["desk_id"], unique=False)
    op.create_index(
        "uq_reach_task_open",
        "reach_task",
        ["client_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)
    op.create_table(
        "relation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("other_id", sa.String(length=32), nullable=False),
        sa.Column("other_may_know", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("client_id <> other_id", name=op.f("ck_relation_not_with_oneself")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_relation_account_id")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_relation_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["client.id"], name=op.f("fk_relation_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.UniqueConstraint("client_id", "other_id", name=op.f("uq_relation_client_id_other_id")),
    )
    op.create_index(op.f("ix_relation_client_id"), "relation", ["client_id"], unique=False)
    op.create_index(op.f("ix_relation_other_id"), "relation", ["other_id"], unique=False)
    op.create_table(
        "relink",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("from_id", sa.String(length=32), nullable=False),
        sa.Column("address_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("client_id <> from_id", name=op.f("ck_relink_not_with_oneself")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_relink_account_id")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_relink_address_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_relink_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["client.id"], name=op.f("fk_relink_from_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relink")),
    )
    op.create_index(op.f("ix_relink_address_id"), "relink", ["address_id"], unique=False)
    op.create_index(op.f("ix_relink_client_id"), "relink", ["client_id"], unique=False)
    op.create_index(op.f("ix_relink_from_id"), "relink", ["from_id"], unique=False)
    op.create_table(
        "relink_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("meant_id", sa.String(length=32), nullable=True),
        sa.Column("name_fits", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_relink_request_account_id")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_relink_request_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meant_id"], ["client.id"], name=op.f("fk_relink_request_meant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relink_request")),
    )
    op.create_index(op.f("ix_relink_request_client_id"), "relink_request", ["client_id"], unique=False)
    op.create_index(op.f("ix_relink_request_meant_id"), "relink_request", ["meant_id"], unique=False)
    op.create_index(
        "uq_relink_request_open",
        "relink_request",
        ["client_id"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "retention_hold",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("second_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("second_id <> account_id", name=op.f("ck_retention_hold_two_people")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_retention_hold_account_id")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_retention_hold_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["second_id"], ["account.id"], name=op.f("fk_retention_hold_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_hold")),
    )
    op.create_index(op.f("ix_retention_hold_client_id"), "retention_hold", ["client_id"], unique=False)
    op.create_index(
        "uq_retention_hold_open",
        "retention_hold",
        ["client_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "retention_rule",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_retention_rule_days_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_retention_rule_account_id")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=40), server_default="", nullable=False),
        sa.Column("address_index", sa.String(length=64), nullable=True),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "method IN ('link', 'passkey', 'totp', 'recovery')", name=op.f("ck_sign_in_method_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("id", name=op.f("uq_sign_in_id")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=8), server_default="open", nullable=False),
        sa.Column("blocked_why", sa.String(length=200), server_default="", nullable=False),
        sa.Column("reserved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("way", sa.String(length=10), server_default="place", nullable=False),
        sa.Column("link", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint("status IN ('open', 'blocked')", name=op.f("ck_slot_status_known")),
        sa.CheckConstraint("way IN ('place', 'telephone', 'online')", name=op.f("ck_slot_way_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_slot_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_slot_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("id", "session_id", name=op.f("uq_slot_id_session_id")),
        sa.UniqueConstraint("id", "status", name=op.f("uq_slot_id_status")),
        sa.UniqueConstraint(
            "session_id", "table_no", "starts_at", name=op.f("uq_slot_session_id_table_no_starts_at")
        ),
    )
    op.create_index(op.f("ix_slot_session_id"), "slot", ["session_id"], unique=False)
    op.create_table(
        "swap",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.String(length=32), nullable=False),
        sa.Column("to_id", sa.String(length=32), nullable=False),
        sa.Column("back_session_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="asked", nullable=False),
        sa.Column("entered_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'declined', 'withdrawn')", name=op.f("ck_swap_state_known")
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_swap_not_with_oneself")),
        sa.ForeignKeyConstraint(
            ["back_session_id"], ["session.id"], name=op.f("fk_swap_back_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_swap_entered_by")),
        sa.ForeignKeyConstraint(
            ["from_id"], ["account.id"], name=op.f("fk_swap_from_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_swap_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["account.id"], name=op.f("fk_swap_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    op.create_index(op.f("ix_swap_back_session_id"), "swap", ["back_session_id"], unique=False)
    op.create_index(op.f("ix_swap_from_id"), "swap", ["from_id"], unique=False)
    op.create_index(op.f("ix_swap_session_id"), "swap", ["session_id"], unique=False)
    op.create_index(op.f("ix_swap_to_id"), "swap", ["to_id"], unique=False)
    op.create_index(
        "uq_swap_asked",
        "swap",
        ["session_id", "table_no", "seat"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "thread",
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("writing_by", sa.String(length=32), nullable=True),
        sa.Column("writing_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_thread_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["writing_by"], ["account.id"], name=op.f("fk_thread_writing_by")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_thread")),
    )
    op.create_index(op.f("ix_thread_look_on"), "thread", ["look_on"], unique=False)
    op.create_table(
        "urgent_contact",
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_urgent_contact_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_urgent_contact_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("desk_id", name=op.f("pk_urgent_contact")),
    )
    op.create_index(op.f("ix_urgent_contact_account_id"), "urgent_contact", ["account_id"], unique=False)
    op.create_table(
        "year_plan",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("days_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_year_plan_account_id")),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_year_plan_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_plan")),
        sa.UniqueConstraint("desk_id", "year", name=op.f("uq_year_plan_desk_id_year")),
    )
    op.create_index(op.f("ix_year_plan_desk_id"), "year_plan", ["desk_id"], unique=False)
    op.create_table(
        "announcement_person",
        sa.Column("announcement_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("outbound_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_announcement_person_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_announcement_person_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outbound_id"],
            ["outbound_message.id"],
            name=op.f("fk_announcement_person_outbound_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "client_id", name=op.f("pk_announcement_person")),
    )
    op.create_index(
        op.f("ix_announcement_person_client_id"), "announcement_person", ["client_id"], unique=False
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=True),
        sa.Column("slot_id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("writer_id", sa.String(length=32), nullable=False),
        sa.Column("visitor_id", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=10), server_default="self", nullable=False),
        sa.Column("subject_knows", sa.String(length=8), nullable=True),
        sa.Column("called_name", sa.LargeBinary(), nullable=True),
        sa.Column("called_index", sa.String(length=64), nullable=True),
        sa.Column("who_comes", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("offered_for", sa.String(length=8), nullable=True),
        sa.Column("replaces_id", sa.String(length=32), nullable=True),
        sa.Column("guard", sa.String(length=10), nullable=True),
        sa.Column("quota_key", sa.String(length=32), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.String(length=10), server_default="both", nullable=False),
        sa.Column("voiced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attends", sa.Boolean(), nullable=True),
        sa.Column("promise", sa.LargeBinary(), nullable=True),
        sa.Column("promise_handed_on", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(expires_at IS NOT NULL) = (state IN ('held', 'offered'))",
            name=op.f("ck_booking_only_holds_expire"),
        ),
        sa.CheckConstraint(
            "(guard IS NOT NULL AND guard = 'open' AND state IN ('held', 'offered', 'confirmed')) OR (guard IS NULL AND NOT (state IN ('held', 'offered', 'confirmed')))",
            name=op.f("ck_booking_guard_follows_state"),
        ),
        sa.CheckConstraint("about IN ('self', 'family', 'other')", name=op.f("ck_booking_about_known")),
        sa.CheckConstraint(
            "offered_for IN ('wish', 'waiting', 'moved')", name=op.f("ck_booking_offered_for_known")
        ),
        sa.CheckConstraint(
            "reminders IN ('both', 'day_before', 'none', 'telephone')",
            name=op.f("ck_booking_reminders_known"),
        ),
        sa.CheckConstraint("source IN ('line', 'phone', 'walk_in')", name=op.f("ck_booking_source_known")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR number IS NOT NULL", name=op.f("ck_booking_confirmed_has_number")
        ),
        sa.CheckConstraint(
            "state <> 'offered' OR offered_for IS NOT NULL", name=op.f("ck_booking_offered_for_a_reason")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'offered', 'confirmed', 'attended', 'no_show', 'excused', 'revoked', 'expired', 'declined', 'moved', 'lapsed', 'merged')",
            name=op.f("ck_booking_state_known"),
        ),
        sa.CheckConstraint(
            "subject_knows IN ('yes', 'no', 'unsaid')", name=op.f("ck_booking_subject_knows_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_booking_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["booking.id"],
            name=op.f("fk_booking_replaces_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "guard"], ["session.id", "session.status"], name="fk_booking_open_session"
        ),
        sa.ForeignKeyConstraint(
            ["slot_id", "guard"], ["slot.id", "slot.status"], name="fk_booking_open_slot"
        ),
        sa.ForeignKeyConstraint(
            ["slot_id", "session_id"], ["slot.id", "slot.session_id"], name="fk_booking_slot"
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["client.id"], name=op.f("fk_booking_visitor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["writer_id"], ["client.id"], name=op.f("fk_booking_writer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_booking_organisation_id_number")),
    )
    op.create_index(op.f("ix_booking_called_index"), "booking", ["called_index"], unique=False)
    op.create_index(
        "ix_booking_hold_expiry",
        "booking",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_booking_organisation_id"), "booking", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_booking_session_id"), "booking", ["session_id"], unique=False)
    op.create_index(op.f("ix_booking_visitor_id"), "booking", ["visitor_id"], unique=False)
    op.create_index(op.f("ix_booking_writer_id"), "booking", ["writer_id"], unique=False)
    op.create_index(
        "uq_booking_live_quota",
        "booking",
        ["quota_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('held', 'offered', 'confirmed')"),
        postgresql_where=sa.text("state IN ('held', 'offered', 'confirmed')"),
    )
    op.create_index(
        "uq_booking_live_slot",
        "booking",
        ["slot_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('held', 'offered', 'confirmed')"),
        postgresql_where=sa.text("state IN ('held', 'offered', 'confirmed')"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=8), server_default="text", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("consent_id", sa.String(length=32), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin_index", sa.String(length=64), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("outbound_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "direction = 'out' OR consent_id IS NOT NULL", name=op.f("ck_message_kept_with_consent")
        ),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_message_direction_known")),
        sa.CheckConstraint(
            "kind IN ('text', 'sticker', 'image', 'audio', 'video', 'file', 'location', 'unsent')",
            name=op.f("ck_message_kind_known"),
        ),
        sa.CheckConstraint(
            "purpose IN ('story', 'staff', 'follow_up')", name=op.f("ck_message_purpose_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_account_id")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_message_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_message_consent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outbound_id"], ["outbound_message.id"], name=op.f("fk_message_outbound_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_at", "message", ["at"], unique=False)
    op.create_index("ix_message_client_at", "message", ["client_id", "at"], unique=False)
    op.create_index(op.f("ix_message_client_id"), "message", ["client_id"], unique=False)
    op.create_index(op.f("ix_message_consent_id"), "message", ["consent_id"], unique=False)
    op.create_index(op.f("ix_message_origin_index"), "message", ["origin_index"], unique=False)
    op.create_index(op.f("ix_message_outbound_id"), "message", ["outbound_id"], unique=False)
    op.create_index(
        "ix_message_waiting",
        "message",
        ["client_id", "at"],
        unique=False,
        sqlite_where=sa.text("direction = 'in' AND purpose = 'staff' AND answered_at IS NULL"),
        postgresql_where=sa.text("direction = 'in' AND purpose = 'staff' AND answered_at IS NULL"),
    )
    op.create_table(
        "booking_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("slot_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_change_booking_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_change")),
    )
    op.create_index(op.f("ix_booking_change_booking_id"), "booking_change", ["booking_id"], unique=False)
    op.create_table(
        "closure_person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("closure_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=True),
        sa.Column("outbound_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.String(length=32), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer IN ('other_day', 'telephone', 'not_now', 'accepted')",
            name=op.f("ck_closure_person_answer_known"),
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_closure_person_booking_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_closure_person_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["closure_id"], ["closure.id"], name=op.f("fk_closure_person_closure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["booking.id"], name=op.f("fk_closure_person_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outbound_id"],
            ["outbound_message.id"],
            name=op.f("fk_closure_person_outbound_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["told_by"], ["account.id"], name=op.f("fk_closure_person_told_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_person")),
        sa.UniqueConstraint("closure_id", "booking_id", name=op.f("uq_closure_person_closure_id_booking_id")),
    )
    op.create_index(op.f("ix_closure_person_booking_id"), "closure_person", ["booking_id"], unique=False)
    op.create_index(op.f("ix_closure_person_client_id"), "closure_person", ["client_id"], unique=False)
    op.create_index(op.f("ix_closure_person_closure_id"), "closure_person", ["closure_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=True),
        sa.Column("consent_id", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=9), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="planned", nullable=False),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("outbound_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (result IS NOT NULL)", name=op.f("ck_follow_up_done_has_result")
        ),
        sa.CheckConstraint(
            "result IN ('reached', 'fine', 'no_answer', 'trouble', 'declined')",
            name=op.f("ck_follow_up_result_known"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'sent', 'done', 'stopped', 'moved')", name=op.f("ck_follow_up_state_known")
        ),
        sa.CheckConstraint("way IN ('message', 'telephone', 'visit')", name=op.f("ck_follow_up_way_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_follow_up_account_id")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_follow_up_booking_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_follow_up_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_follow_up_consent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_follow_up_desk_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outbound_id"],
            ["outbound_message.id"],
            name=op.f("fk_follow_up_outbound_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("client_id", "due_on", "way", name=op.f("uq_follow_up_client_id_due_on_way")),
    )
    op.create_index(op.f("ix_follow_up_booking_id"), "follow_up", ["booking_id"], unique=False)
    op.create_index(op.f("ix_follow_up_client_id"), "follow_up", ["client_id"], unique=False)
    op.create_index(op.f("ix_follow_up_consent_id"), "follow_up", ["consent_id"], unique=False)
    op.create_index(op.f("ix_follow_up_desk_id"), "follow_up", ["desk_id"], unique=False)
    op.create_index(
        "ix_follow_up_due",
        "follow_up",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state IN ('planned', 'sent')"),
        postgresql_where=sa.text("state IN ('planned', 'sent')"),
    )
    op.create_table(
        "intake",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=True),
        sa.Column("questionnaire_version", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_intake_booking_id")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_intake_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    op.create_index(op.f("ix_intake_booking_id"), "intake", ["booking_id"], unique=False)
    op.create_index(op.f("ix_intake_client_id"), "intake", ["client_id"], unique=False)
    op.create_index(
        "uq_intake_open",
        "intake",
        ["client_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "media",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="waiting", nullable=False),
        sa.Column("origin", sa.LargeBinary(), nullable=True),
        sa.Column("mime", sa.String(length=40), server_default="", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'kept') = (body IS NOT NULL)", name=op.f("ck_media_kept_has_a_body")),
        sa.CheckConstraint(
            "(state = 'waiting') = (origin IS NOT NULL)", name=op.f("ck_media_waiting_has_an_origin")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'kept', 'refused', 'too_big', 'gone')", name=op.f("ck_media_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_media_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_media_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("message_id", name=op.f("uq_media_message_id")),
        info={"at a time": 4},
    )
    op.create_index(op.f("ix_media_client_id"), "media", ["client_id"], unique=False)
    op.create_index(op.f("ix_media_message_id"), "media", ["message_id"], unique=False)
    op.create_index(
        "ix_media_waiting",
        "media",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "notice",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=True),
        sa.Column("booking_id", sa.String(length=32), nullable=True),
        sa.Column("flag_id", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalate_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('booked', 'moved', 'cancelled', 'flag', 'attends', 'attends_not', 'no_bookings', 'answers', 'roster', 'absence', 'swap', 'conflict', 'closed', 'wish', 'accepted', 'declined')",
            name=op.f("ck_notice_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_notice_booking_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_notice_desk_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_notice_flag_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_notice_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notice_dedupe_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notice_account_id"), "notice", ["account_id"], unique=False)
    op.create_index(op.f("ix_notice_booking_id"), "notice", ["booking_id"], unique=False)
    op.create_index(op.f("ix_notice_desk_id"), "notice", ["desk_id"], unique=False)
    op.create_index(op.f("ix_notice_escalate_at"), "notice", ["escalate_at"], unique=False)
    op.create_index(op.f("ix_notice_flag_id"), "notice", ["flag_id"], unique=False)
    op.create_index(op.f("ix_notice_session_id"), "notice", ["session_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("booking_version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="planned", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('three_days', 'day_before', 'missed')", name=op.f("ck_reminder_kind_known")
        ),
        sa.CheckConstraint("state IN ('planned', 'sent', 'skipped')", name=op.f("ck_reminder_state_known")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_reminder_booking_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "booking_id", "kind", "booking_version", name=op.f("uq_reminder_booking_id_kind_booking_version")
        ),
    )
    op.create_index(op.f("ix_reminder_booking_id"), "reminder", ["booking_id"], unique=False)
    op.create_index(
        "ix_reminder_due",
        "reminder",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_table(
        "waiting",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_place", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="active", nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=True),
        sa.Column("silences", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_after", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'offered' OR booking_id IS NOT NULL", name=op.f("ck_waiting_offered_has_place")
        ),
        sa.CheckConstraint(
            "state IN ('active', 'offered', 'paused', 'served', 'left')", name=op.f("ck_waiting_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_waiting_booking_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_waiting_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_waiting_desk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    op.create_index(op.f("ix_waiting_booking_id"), "waiting", ["booking_id"], unique=False)
    op.create_index(op.f("ix_waiting_client_id"), "waiting", ["client_id"], unique=False)
    op.create_index(op.f("ix_waiting_desk_id"), "waiting", ["desk_id"], unique=False)
    op.create_index(
        "uq_waiting_once",
        "waiting",
        ["client_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'offered', 'paused')"),
        postgresql_where=sa.text("state IN ('active', 'offered', 'paused')"),
    )
    op.create_table(
        "wish",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("desk_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('other_day', 'evening', 'weekend', 'elsewhere', 'telephone', 'online', 'call_me', 'together')",
            name=op.f("ck_wish_kind_known"),
        ),
        sa.CheckConstraint("state IN ('open', 'offered', 'done')", name=op.f("ck_wish_state_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_wish_account_id")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_wish_booking_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_wish_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_wish_desk_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
    )
    op.create_index(op.f("ix_wish_booking_id"), "wish", ["booking_id"], unique=False)
    op.create_index(op.f("ix_wish_client_id"), "wish", ["client_id"], unique=False)
    op.create_index(op.f("ix_wish_desk_id"), "wish", ["desk_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("intake_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("consent_id", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_answer_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_answer_consent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name=op.f("fk_answer_intake_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("intake_id", "key", name=op.f("uq_answer_intake_id_key")),
    )
    op.create_index(op.f("ix_answer_client_id"), "answer", ["client_id"], unique=False)
    op.create_index(op.f("ix_answer_consent_id"), "answer", ["consent_id"], unique=False)
    op.create_index(op.f("ix_answer_intake_id"), "answer", ["intake_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("intake_id", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('chosen', 'suggested', 'confirmed', 'rejected')", name=op.f("ck_need_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_need_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_need_decided_by")),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake.id"], name=op.f("fk_need_intake_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_need_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_client_id"), "need", ["client_id"], unique=False)
    op.create_index(op.f("ix_need_intake_id"), "need", ["intake_id"], unique=False)
    op.create_index(op.f("ix_need_message_id"), "need", ["message_id"], unique=False)
    op.create_table(
        "notice_receipt",
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_receipt_account_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_notice_receipt_entered_by")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_receipt_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "account_id", name=op.f("pk_notice_receipt")),
    )


def downgrade() -> None:
    """Back to what was before."""
    op.drop_table("notice_receipt")
    op.drop_index(op.f("ix_need_message_id"), table_name="need")
    op.drop_index(op.f("ix_need_intake_id"), table_name="need")
    op.drop_index(op.f("ix_need_client_id"), table_name="need")
    op.drop_table("need")
    op.drop_index(op.f("ix_answer_intake_id"), table_name="answer")
    op.drop_index(op.f("ix_answer_consent_id"), table_name="answer")
    op.drop_index(op.f("ix_answer_client_id"), table_name="answer")
    op.drop_table("answer")
    op.drop_index(op.f("ix_wish_desk_id"), table_name="wish")
    op.drop_index(op.f("ix_wish_client_id"), table_name="wish")
    op.drop_index(op.f("ix_wish_booking_id"), table_name="wish")
    op.drop_table("wish")
    op.drop_index(
        "uq_waiting_once",
        table_name="waiting",
        sqlite_where=sa.text("state IN ('active', 'offered', 'paused')"),
        postgresql_where=sa.text("state IN ('active', 'offered', 'paused')"),
    )
    op.drop_index(op.f("ix_waiting_desk_id"), table_name="waiting")
    op.drop_index(op.f("ix_waiting_client_id"), table_name="waiting")
    op.drop_index(op.f("ix_waiting_booking_id"), table_name="waiting")
    op.drop_table("waiting")
    op.drop_index(
        "ix_reminder_due",
        table_name="reminder",
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.drop_index(op.f("ix_reminder_booking_id"), table_name="reminder")
    op.drop_table("reminder")
    op.drop_index(op.f("ix_notice_session_id"), table_name="notice")
    op.drop_index(op.f("ix_notice_flag_id"), table_name="notice")
    op.drop_index(op.f("ix_notice_escalate_at"), table_name="notice")
    op.drop_index(op.f("ix_notice_desk_id"), table_name="notice")
    op.drop_index(op.f("ix_notice_booking_id"), table_name="notice")
    op.drop_index(op.f("ix_notice_account_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(
        "ix_media_waiting",
        table_name="media",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("ix_media_message_id"), table_name="media")
    op.drop_index(op.f("ix_media_client_id"), table_name="media")
    op.drop_table("media")
    op.drop_index(
        "uq_intake_open",
        table_name="intake",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_intake_client_id"), table_name="intake")
    op.drop_index(op.f("ix_intake_booking_id"), table_name="intake")
    op.drop_table("intake")
    op.drop_index(
        "ix_follow_up_due",
        table_name="follow_up",
        sqlite_where=sa.text("state IN ('planned', 'sent')"),
        postgresql_where=sa.text("state IN ('planned', 'sent')"),
    )
    op.drop_index(op.f("ix_follow_up_desk_id"), table_name="follow_up")
    op.drop_index(op.f("ix_follow_up_consent_id"), table_name="follow_up")
    op.drop_index(op.f("ix_follow_up_client_id"), table_name="follow_up")
    op.drop_index(op.f("ix_follow_up_booking_id"), table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index(op.f("ix_closure_person_closure_id"), table_name="closure_person")
    op.drop_index(op.f("ix_closure_person_client_id"), table_name="closure_person")
    op.drop_index(op.f("ix_closure_person_booking_id"), table_name="closure_person")
    op.drop_table("closure_person")
    op.drop_index(op.f("ix_booking_change_booking_id"), table_name="booking_change")
    op.drop_table("booking_change")
    op.drop_index(
        "ix_message_waiting",
        table_name="message",
        sqlite_where=sa.text("direction = 'in' AND purpose = 'staff' AND answered_at IS NULL"),
        postgresql_where=sa.text("direction = 'in' AND purpose = 'staff' AND answered_at IS NULL"),
    )
    op.drop_index(op.f("ix_message_outbound_id"), table_name="message")
    op.drop_index(op.f("ix_message_origin_index"), table_name="message")
    op.drop_index(op.f("ix_message_consent_id"), table_name="message")
    op.drop_index(op.f("ix_message_client_id"), table_name="message")
    op.drop_index("ix_message_client_at", table_name="message")
    op.drop_index("ix_message_at", table_name="message")
    op.drop_table("message")
    op.drop_index(
        "uq_booking_live_slot",
        table_name="booking",
        sqlite_where=sa.text("state IN ('held', 'offered', 'confirmed')"),
        postgresql_where=sa.text("state IN ('held', 'offered', 'confirmed')"),
    )
    op.drop_index(
        "uq_booking_live_quota",
        table_name="booking",
        sqlite_where=sa.text("state IN ('held', 'offered', 'confirmed')"),
        postgresql_where=sa.text("state IN ('held', 'offered', 'confirmed')"),
    )
    op.drop_index(op.f("ix_booking_writer_id"), table_name="booking")
    op.drop_index(op.f("ix_booking_visitor_id"), table_name="booking")
    op.drop_index(op.f("ix_booking_session_id"), table_name="booking")
    op.drop_index(op.f("ix_booking_organisation_id"), table_name="booking")
    op.drop_index(
        "ix_booking_hold_expiry",
        table_name="booking",
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_booking_called_index"), table_name="booking")
    op.drop_table("booking")
    op.drop_index(op.f("ix_announcement_person_client_id"), table_name="announcement_person")
    op.drop_table("announcement_person")
    op.drop_index(op.f("ix_year_plan_desk_id"), table_name="year_plan")
    op.drop_table("year_plan")
    op.drop_index(op.f("ix_urgent_contact_account_id"), table_name="urgent_contact")
    op.drop_table("urgent_contact")
    op.drop_index(op.f("ix_thread_look_on"), table_name="thread")
    op.drop_table("thread")
    op.drop_index(
        "uq_swap_asked",
        table_name="swap",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.drop_index(op.f("ix_swap_to_id"), table_name="swap")
    op.drop_index(op.f("ix_swap_session_id"), table_name="swap")
    op.drop_index(op.f("ix_swap_from_id"), table_name="swap")
    op.drop_index(op.f("ix_swap_back_session_id"), table_name="swap")
    op.drop_table("swap")
    op.drop_index(op.f("ix_slot_session_id"), table_name="slot")
    op.drop_table("slot")
    op.drop_index(op.f("ix_sign_in_account_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_table("retention_rule")
    op.drop_index(
        "uq_retention_hold_open",
        table_name="retention_hold",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_retention_hold_client_id"), table_name="retention_hold")
    op.drop_table("retention_hold")
    op.drop_index(
        "uq_relink_request_open",
        table_name="relink_request",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_index(op.f("ix_relink_request_meant_id"), table_name="relink_request")
    op.drop_index(op.f("ix_relink_request_client_id"), table_name="relink_request")
    op.drop_table("relink_request")
    op.drop_index(op.f("ix_relink_from_id"), table_name="relink")
    op.drop_index(op.f("ix_relink_client_id"), table_name="relink")
    op.drop_index(op.f("ix_relink_address_id"), table_name="relink")
    op.drop_table("relink")
    op.drop_index(op.f("ix_relation_other_id"), table_name="relation")
    op.drop_index(op.f("ix_relation_client_id"), table_name="relation")
    op.drop_table("relation")
    op.drop_index(op.f("ix_recovery_code_account_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index(
        "uq_reach_task_open",
        table_name="reach_task",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_reach_task_desk_id"), table_name="reach_task")
    op.drop_index(op.f("ix_reach_task_client_id"), table_name="reach_task")
    op.drop_table("reach_task")
    op.drop_index(op.f("ix_personal_note_client_id"), table_name="personal_note")
    op.drop_index(op.f("ix_personal_note_account_id"), table_name="personal_note")
    op.drop_table("personal_note")
    op.drop_index(op.f("ix_passkey_account_id"), table_name="passkey")
    op.drop_table("passkey")
    op.drop_index(op.f("ix_mail_due_at"), table_name="mail")
    op.drop_index(op.f("ix_mail_account_id"), table_name="mail")
    op.drop_table("mail")
    op.drop_index(op.f("ix_incident_organisation_id"), table_name="incident")
    op.drop_table("incident")
    op.drop_index(op.f("ix_flag_desk_id"), table_name="flag")
    op.drop_index(op.f("ix_flag_client_id"), table_name="flag")
    op.drop_table("flag")
    op.drop_table("erasure")
    op.drop_index(op.f("ix_duty_session_id"), table_name="duty")
    op.drop_index(op.f("ix_duty_account_id"), table_name="duty")
    op.drop_table("duty")
    op.drop_index(op.f("ix_draft_client_id"), table_name="draft")
    op.drop_table("draft")
    op.drop_index(op.f("ix_date_exception_desk_id"), table_name="date_exception")
    op.drop_table("date_exception")
    op.drop_index(
        "uq_consent_in_force",
        table_name="consent",
        sqlite_where=sa.text("withdrawn_at IS NULL AND agency_id IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND agency_id IS NULL"),
    )
    op.drop_index(
        "uq_consent_agency_in_force",
        table_name="consent",
        sqlite_where=sa.text("withdrawn_at IS NULL AND agency_id IS NOT NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND agency_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_consent_client_id"), table_name="consent")
    op.drop_index(op.f("ix_consent_agency_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_closure_session_id"), table_name="closure")
    op.drop_table("closure")
    op.drop_index(op.f("ix_challenge_account_id"), table_name="challenge")
    op.drop_table("challenge")
    op.drop_index(op.f("ix_canned_text_organisation_id"), table_name="canned_text")
    op.drop_table("canned_text")
    op.drop_index(op.f("ix_break_glass_client_id"), table_name="break_glass")
    op.drop_index(op.f("ix_break_glass_account_id"), table_name="break_glass")
    op.drop_table("break_glass")
    op.drop_index(op.f("ix_avoidance_client_id"), table_name="avoidance")
    op.drop_index(op.f("ix_avoidance_account_id"), table_name="avoidance")
    op.drop_table("avoidance")
    op.drop_index(op.f("ix_audit_review_account_id"), table_name="audit_review")
    op.drop_table("audit_review")
    op.drop_index(op.f("ix_audit_document_organisation_id"), table_name="audit_document")
    op.drop_table("audit_document")
    op.drop_index(op.f("ix_announcement_organisation_id"), table_name="announcement")
    op.drop_index(op.f("ix_announcement_desk_id"), table_name="announcement")
    op.drop_table("announcement")
    op.drop_index(op.f("ix_account_link_account_id"), table_name="account_link")
    op.drop_table("account_link")
    op.drop_index(op.f("ix_absence_account_id"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_visit_voice_desk_id"), table_name="visit_voice")
    op.drop_table("visit_voice")
    op.drop_index(op.f("ix_session_desk_id"), table_name="session")
    op.drop_index(op.f("ix_session_date"), table_name="session")
    op.drop_table("session")
    op.drop_index(op.f("ix_promise_desk_id"), table_name="promise")
    op.drop_table("promise")
    op.drop_index(op.f("ix_past_booking_desk_id"), table_name="past_booking")
    op.drop_table("past_booking")
    op.drop_index(op.f("ix_page_link_client_id"), table_name="page_link")
    op.drop_table("page_link")
    op.drop_index(
        "ix_outbound_message_parked",
        table_name="outbound_message",
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.drop_index(
        "ix_outbound_message_open",
        table_name="outbound_message",
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.drop_index(
        "ix_outbound_message_due",
        table_name="outbound_message",
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.drop_index(op.f("ix_outbound_message_client_id"), table_name="outbound_message")
    op.drop_table("outbound_message")
    op.drop_index(op.f("ix_follow_up_step_desk_id"), table_name="follow_up_step")
    op.drop_table("follow_up_step")
    op.drop_index(op.f("ix_desk_rule_desk_id"), table_name="desk_rule")
    op.drop_table("desk_rule")
    op.drop_index(
        "ix_danger_question_open",
        table_name="danger_question",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_table("danger_question")
    op.drop_index(op.f("ix_conversation_forget_at"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_index(op.f("ix_address_client_id"), table_name="address")
    op.drop_index(op.f("ix_address_channel_id"), table_name="address")
    op.drop_table("address")
    op.drop_index(op.f("ix_account_organisation_id"), table_name="account")
    op.drop_index(op.f("ix_account_desk_id"), table_name="account")
    op.drop_table("account")
    op.drop_index(
        "ix_inbound_event_waiting",
        table_name="inbound_event",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(
        "ix_inbound_event_parked",
        table_name="inbound_event",
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.drop_table("inbound_event")
    op.drop_index(op.f("ix_desk_organisation_id"), table_name="desk")
    op.drop_table("desk")
    op.drop_index(op.f("ix_client_phone_index"), table_name="client")
    op.drop_index(op.f("ix_client_organisation_id"), table_name="client")
    op.drop_table("client")
    op.drop_index(op.f("ix_channel_organisation_id"), table_name="channel")
    op.drop_table("channel")
    op.drop_index(op.f("ix_agency_organisation_id"), table_name="agency")
    op.drop_table("agency")
    op.drop_index(op.f("ix_sign_in_attempt_number"), table_name="sign_in_attempt")
    op.drop_index(op.f("ix_sign_in_attempt_address_index"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("retention_run")
    op.drop_table("organisation")
    op.drop_table("line_quota")
    op.drop_table("lane")
    op.drop_table("job")
    op.drop_table("invariant")
    op.drop_table("heartbeat")
    op.drop_table("consent_text")
    op.drop_index(op.f("ix_audit_entry_client_id"), table_name="audit_entry")
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_account_id"), table_name="audit_entry")
    op.drop_table("audit_entry")
