"""The stock of before gets a book that bears it out, and gives back what was kept apart."""

from sqlalchemy import column, inspect, table, text

from core.clock import now
from core.db import db
from shop.stock import proof
from tests.core.test_migrations import empty_database, fresh

__all__ = ["empty_database", "fresh"]


def test_sold_goods_of_before_are_in_the_book_and_a_downgrade_keeps_what_was_apart(fresh):
    fresh("db", "upgrade", "0008")
    with db.engine.begin() as connection:
        _rows(connection)

    fresh("db", "upgrade")

    assert proved()
    with db.engine.begin() as connection:
        kinds = connection.execute(text("SELECT kind, supplied, sold, reference FROM stock_movement ORDER BY id")).all()
        assert kinds == [("opening", 5, 0, ""), ("sold", 0, 2, "order:A1")]
        connection.execute(text("UPDATE stock SET supplied = 4 WHERE offer_id = 1"))
        connection.execute(
            text("INSERT INTO pool_stock (offer_id, pool, supplied, held, sold) VALUES (1, 'flash', 1, 0, 0)")
        )
    fresh("db", "downgrade", "0008")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT supplied, held, sold FROM stock")).one() == (5, 0, 2)
        assert connection.execute(text("SELECT state, returned FROM hold")).one() == ("sold", 1)
    fresh("db", "upgrade")
    assert proved()


def proved():
    """A migration waits for who still reads."""
    problems = list(proof.verify())
    db.session.rollback()
    return problems == []


def _insert(connection, name, given):
    """With the model's own defaults for what it leaves out, of the columns that the table has at this revision."""
    there = {found["name"] for found in inspect(connection).get_columns(name)}
    columns = [known for known in db.metadata.tables[name].columns if known.name in there]
    left = [known for known in columns if known.default is not None and known.name not in given]
    values = {known.name: known.default.arg(None) if known.default.is_callable else known.default.arg for known in left}
    then = table(name, *(column(known.name, known.type) for known in columns))
    connection.execute(then.insert().values(**given | values))


def _rows(connection):
    """One of each that a sale needs, whatever else their tables ask for."""
    at = now()
    for name, given in (
        ("member", {"id": 1, "username": "ann", "username_lower": "ann", "name_key": "ann", "role": "member"}),
        ("board", {"id": 1, "name": "A", "slug": "a"}),
        ("thread", {"id": 1, "board_id": 1, "author_id": 1, "title": "T"}),
        ("product", {"id": 1, "thread_id": 1, "seller_id": 1, "title": "P"}),
        ("offer", {"id": 1, "product_id": 1, "price": 100, "currency": "USD"}),
        ("checkout", {"id": 1, "buyer_id": 1, "key": "k"}),
        ("order", {"id": 1, "number": "A1", "checkout_id": 1, "buyer_id": 1, "seller_id": 1, "method": "wallet",
                   "currency": "USD", "goods": 300, "delivery": "ship"}),
    ):  # fmt: skip
        _insert(connection, name, given)
    told = (
        "INSERT INTO stock (offer_id, supplied, held, sold) VALUES (1, 5, 0, 2)",
        "INSERT INTO hold (id, offer_id, member_id, quantity, returned, state, expires_at, held_at) "
        "VALUES (1, 1, 1, 3, 1, 'sold', :at, :at)",
        "INSERT INTO allowance (offer_id, member_id, taken) VALUES (1, 1, 2)",
        "INSERT INTO order_line (id, order_id, offer_id, hold_id, title, unit_price, quantity) "
        "VALUES (1, 1, 1, 1, 'P', 100, 3)",
    )
    for statement in told:
        connection.execute(text(statement), {"at": at} if ":at" in statement else {})
