"""Nothing of who asked outlasts the day; mails for messages that stay unread

Revision: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "missed_key",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_missed_key")),
    )
    op.execute("DELETE FROM missed_asker")  # made without the day's key
    with op.batch_alter_table("missed_search") as batch:
        batch.drop_constraint(op.f("ck_missed_search_seats"), type_="check")
        batch.drop_column("seats")
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("message_mail", sa.String(), server_default="names", nullable=False))
        batch.create_check_constraint(op.f("ck_member_message_mail"), "message_mail in ('no', 'names', 'words')")
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("mailed_no", sa.Integer(), server_default="0", nullable=False))
        batch.create_index(
            "ix_participant_unread", ["member_id"], sqlite_where=sa.text("unread > 0"), postgresql_where=sa.text("unread > 0")
        )
    op.execute(
        "UPDATE participant SET mailed_no = (SELECT message_count FROM conversation"
        " WHERE conversation.id = participant.conversation_id)"
    )  # what came before this is not mailed


def downgrade() -> None:
    with op.batch_alter_table("participant") as batch:
        batch.drop_index("ix_participant_unread")
        batch.drop_column("mailed_no")
    with op.batch_alter_table("member") as batch:
        batch.drop_constraint(op.f("ck_member_message_mail"), type_="check")
        batch.drop_column("message_mail")
    with op.batch_alter_table("missed_search") as batch:
        batch.add_column(sa.Column("seats", sa.Integer(), server_default="0", nullable=False))
        batch.create_check_constraint(op.f("ck_missed_search_seats"), "seats >= 0 and seats < 256")
    op.drop_table("missed_key")
