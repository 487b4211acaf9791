"""Books from before the chain: linked when they are migrated, proved, and unlinked on the way down."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import db
from shop.ledger import proof
from tests.core.test_migrations import empty_database, fresh  # noqa: F401  (fixtures)

MEMBER = (
    "INSERT INTO member (id, username, username_lower, name_key, role, is_suspended, about, about_html, interests, "
    "messages_from, is_findable, post_count, unread_notices, unread_messages, joined_at, last_seen_at) VALUES "
    "(1, 'ann', 'ann', 'ann', 'member', false, '', '', '', 'everyone', true, 0, 0, 0, :at, :at)"
)
ACCOUNT = "INSERT INTO account (id, code, kind, member_id, currency, balance) VALUES "
TRANSFER = "INSERT INTO transfer (id, key, kind, debit_id, credit_id, amount, currency, reference, made_at) VALUES "


def tell(*statements):
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), {"at": "2024-05-01 12:00:00"} if ":at" in statement else {})


def moved():
    with db.engine.connect() as connection:
        return connection.execute(text("SELECT key, amount, debit_id, credit_id FROM transfer ORDER BY id")).all()


@pytest.mark.usefixtures("empty_database")
def test_old_transfers_are_linked_and_proved_and_come_back_down(fresh):  # noqa: F811
    fresh("db", "upgrade", "0008")
    tell(
        MEMBER,
        ACCOUNT + "(1, 'outside:USD', 'outside', NULL, 'USD', -500)",
        ACCOUNT + "(2, 'wallet:1:USD', 'wallet', 1, 'USD', 480)",
        ACCOUNT + "(3, 'fees:USD', 'fees', NULL, 'USD', 20)",
        TRANSFER + "(1, 'a', 'fee', 1, 2, 500, 'USD', '饺子', '2024-05-01 12:00:00.000000')",
        TRANSFER + "(2, 'b', 'fee', 2, 3, 15, 'USD', '', '2024-05-02 12:00:00.250000')",
        TRANSFER + "(3, 'c', 'fee', 2, 3, 5, 'USD', '', '2024-05-02 11:00:00.000000')",  # the clock ran backwards
    )
    before = moved()

    fresh("db", "upgrade")

    assert list(proof.verify()) == []
    assert moved() == before
    with db.engine.connect() as connection:
        after = connection.execute(text("SELECT debit_after, credit_after FROM transfer ORDER BY id")).all()
        times = [row[0] for row in connection.execute(text("SELECT made_at FROM transfer ORDER BY id"))]
    assert after == [(-500, 500), (485, 15), (480, 20)]
    assert times == sorted(times)
    for change in ("UPDATE transfer SET amount = 1", "DELETE FROM transfer"):
        with pytest.raises(DBAPIError, match="immutable"):
            tell(change)

    db.session.remove()
    fresh("db", "downgrade", "0008")

    assert moved() == before
    with pytest.raises(DBAPIError, match="immutable"):
        tell("DELETE FROM transfer")
    fresh("db", "upgrade")
    assert list(proof.verify()) == []
