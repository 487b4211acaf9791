"""Conversations of several, requests, quiet hours, evidence

Revision: 0005
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("shares_read_marks", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch.add_column(sa.Column("quiet_from", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("quiet_to", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("time_zone", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("takes_messages", sa.Boolean(), server_default=sa.true(), nullable=False))
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("state", sa.String(), server_default="in", nullable=False))
        batch.add_column(sa.Column("from_no", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("added_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("added_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("is_cold", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("answered_at", MOMENT, nullable=True))
        batch.create_foreign_key(op.f("fk_participant_added_by_id"), "member", ["added_by_id"], ["id"])
        batch.create_check_constraint(op.f("ck_participant_state"), "state in ('in', 'request', 'declined', 'left')")
        batch.drop_index("ix_participant_member_recent")
        batch.create_index("ix_participant_member_recent", ["member_id", "state", "last_message_at", "id"])
        batch.create_index("ix_participant_added_by_id", ["added_by_id", "added_at"])
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("kind", sa.String(), server_default="said", nullable=False))
        batch.add_column(sa.Column("words", sa.String(), server_default="", nullable=False))
        batch.add_column(sa.Column("deleted_at", MOMENT, nullable=True))
        batch.create_check_constraint(op.f("ck_message_kind"), "kind in ('said', 'added', 'gone', 'titled')")
    with op.batch_alter_table("picture") as batch:
        batch.add_column(sa.Column("message_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_picture_message_id"), "message", ["message_id"], ["id"])
        batch.create_index(op.f("ix_picture_message_id"), ["message_id"])
    _reports()
    _fill()


def _reports() -> None:
    op.create_table(
        "talk_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint("state in ('waiting', 'closed')", name=op.f("ck_talk_report_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_talk_report_conversation_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["member.id"], name=op.f("fk_talk_report_decided_by_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["member.id"], name=op.f("fk_talk_report_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_report")),
        sa.UniqueConstraint("reporter_id", "key", name=op.f("uq_talk_report_reporter_id_key")),
    )
    op.create_index(op.f("ix_talk_report_conversation_id"), "talk_report", ["conversation_id"])
    op.create_index("ix_talk_report_state", "talk_report", ["state", "id"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talk_report_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("message_no", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_evidence_author_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_evidence_message_id")),
        sa.ForeignKeyConstraint(["talk_report_id"], ["talk_report.id"], name=op.f("fk_evidence_talk_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("talk_report_id", "message_id", name=op.f("uq_evidence_talk_report_id_message_id")),
    )
    op.create_index(op.f("ix_evidence_message_id"), "evidence", ["message_id"])


def _fill() -> None:
    """Who brought whom, who answered, and the words by which older messages are found."""
    op.execute(
        "UPDATE participant SET answered_at = (SELECT min(written_at) FROM message WHERE "
        "message.conversation_id = participant.conversation_id AND message.author_id = participant.member_id), "
        "added_at = (SELECT started_at FROM conversation WHERE id = participant.conversation_id), "
        "added_by_id = (SELECT started_by_id FROM conversation WHERE id = participant.conversation_id "
        "AND started_by_id != participant.member_id)"
    )
    bind = op.get_bind()
    message = sa.table("message", sa.column("id"), sa.column("body"), sa.column("words"))
    last = 0
    while rows := list(bind.execute(sa.select(message.c.id, message.c.body).where(message.c.id > last).order_by(message.c.id).limit(500))):
        for number, body in rows:
            words = unicodedata.normalize("NFKC", body).casefold()
            bind.execute(sa.update(message).where(message.c.id == number).values(words=words))
        last = rows[-1][0]


def downgrade() -> None:
    """Conversations of several have no place in the older tables: they go, and so does what hangs on them."""
    op.drop_table("evidence")
    op.drop_table("talk_report")
    with op.batch_alter_table("picture") as batch:
        batch.drop_index(op.f("ix_picture_message_id"))
        batch.drop_constraint(op.f("fk_picture_message_id"), type_="foreignkey")
        batch.drop_column("message_id")
    for table in ("message", "participant"):
        op.execute(f"DELETE FROM {table} WHERE conversation_id IN (SELECT id FROM conversation WHERE pair IS NULL)")
    op.execute("DELETE FROM conversation WHERE pair IS NULL")
    with op.batch_alter_table("message") as batch:
        batch.drop_constraint(op.f("ck_message_kind"), type_="check")
        for column in ("deleted_at", "words", "kind"):
            batch.drop_column(column)
    with op.batch_alter_table("participant") as batch:
        batch.drop_index("ix_participant_added_by_id")
        batch.drop_index("ix_participant_member_recent")
        batch.create_index("ix_participant_member_recent", ["member_id", "last_message_at", "id"])
        batch.drop_constraint(op.f("ck_participant_state"), type_="check")
        batch.drop_constraint(op.f("fk_participant_added_by_id"), type_="foreignkey")
        for column in ("answered_at", "is_cold", "added_at", "added_by_id", "from_no", "state"):
            batch.drop_column(column)
    with op.batch_alter_table("membership") as batch:
        batch.drop_column("takes_messages")
    op.execute("UPDATE member SET messages_from = 'everyone' WHERE messages_from = 'requests'")
    with op.batch_alter_table("member") as batch:
        for column in ("time_zone", "quiet_to", "quiet_from", "shares_read_marks"):
            batch.drop_column(column)
