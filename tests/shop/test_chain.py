"""The chain over transfers: whatever is changed behind the ledger's back, the proof names the place."""

import pytest
from sqlalchemy import select, text

from core import clock
from core.db import db, writing
from shop.ledger import proof
from shop.ledger.chain import Link, hash_of, moment
from shop.ledger.models import Account, Transfer
from shop.ledger.rules import house, wallet
from shop.payments import commands as payments
from shop.payments.providers import BankTransfer
from shop.payments.rules import Asked
from tests import make
from tests.shop import money
from tests.shop.buying import buy
from tests.shop.buying import house as held_by_house

ESCROW = house("escrow", "USD")


@pytest.fixture
def pair(app):
    """Two wallets with some transfers between them."""
    people = make.member(), make.member()
    money.fill(people[0], 5000)
    for amount in (100, 200, 300):
        money.move(wallet(people[0].id, "USD"), wallet(people[1].id, "USD"), amount)
    assert money.problems() == []
    return people


def meddle(statement):
    """Change the books as only someone with the database's own keys can."""
    postgresql = db.engine.dialect.name == "postgresql"
    off = ["ALTER TABLE transfer DISABLE TRIGGER USER"] if postgresql else []
    on = ["ALTER TABLE transfer ENABLE TRIGGER USER"] if postgresql else []
    if not postgresql:
        kept = db.session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        off = [f"DROP TRIGGER {name}" for name, _sql in kept]
        on = [sql for _name, sql in kept]
    with writing():
        for command in [*off, statement, *on]:
            db.session.execute(text(command))


def transfers():
    db.session.rollback()
    return db.session.scalars(select(Transfer).order_by(Transfer.id)).all()


def test_each_transfer_carries_what_both_accounts_held_after_it(pair):
    assert [(row.debit_after, row.credit_after) for row in transfers()] == [
        (-5000, 5000), (4900, 100), (4700, 300), (4400, 600),
    ]  # fmt: skip


def test_each_hash_is_made_from_those_before_it_on_both_accounts(pair):
    first, second, *_rest = transfers()
    said = (second.key, second.kind, second.debit_id, second.credit_id, second.amount, second.currency)
    link = Link(*said, second.reference, moment(second.made_at), second.debit_after, second.credit_after)

    assert second.hash == hash_of(link, first.hash, b"")
    assert second.hash != hash_of(link, b"", first.hash)
    heads = db.session.scalars(select(Account.head).where(Account.kind == "wallet")).all()
    assert heads == [transfers()[-1].hash] * 2


@pytest.mark.parametrize(
    "change",
    [
        "amount = amount + 1", "kind = 'refund'", "reference = 'order:X'", "key = 'another'", "hash = debit_after",
        "credit_after = credit_after + 1", "made_at = '2020-01-01 00:00:00.000000'",
    ],
)  # fmt: skip
def test_a_changed_transfer_is_named(pair, change):
    if change.startswith("hash"):
        change = "hash = (SELECT hash FROM transfer AS other WHERE other.id = transfer.id - 1)"
    row = transfers()[2]

    meddle(f"UPDATE transfer SET {change} WHERE id = {row.id}")

    assert any(sentence.startswith(f"Transfer {row.id} ") for sentence in proof.verify())


def test_a_removed_transfer_in_the_middle_breaks_the_chain_after_it(pair):
    row, after = transfers()[2:4]

    meddle(f"DELETE FROM transfer WHERE id = {row.id}")

    assert f"Transfer {after.id} ({after.key}): the chain is broken here." in list(proof.verify())


def test_even_with_its_balances_put_right_a_removed_last_transfer_is_missed(pair):
    row = transfers()[-1]
    meddle(f"DELETE FROM transfer WHERE id = {row.id}")
    meddle(f"UPDATE account SET balance = balance + 300 WHERE id = {row.debit_id}")
    meddle(f"UPDATE account SET balance = balance - 300 WHERE id = {row.credit_id}")

    assert list(proof.verify()) == [
        f"{wallet(person.id, 'USD')}: the last transfers are missing, or the chain is broken." for person in pair
    ]


def test_a_transfer_put_in_by_hand_is_named(pair):
    last = transfers()[-1]
    row = f"'forged', 'payment', {last.debit_id}, {last.credit_id}, 5, 'USD', '', made_at, 0, 0, hash"
    columns = "key, kind, debit_id, credit_id, amount, currency, reference, made_at, debit_after, credit_after, hash"
    meddle(f"INSERT INTO transfer ({columns}) SELECT {row} FROM transfer WHERE id = {last.id}")

    assert any("(forged): the chain is broken here." in sentence for sentence in proof.verify())


def test_the_seal_is_the_same_until_money_moves(pair):
    def seal():
        found = proof.Proof()
        assert list(proof.verify(found)) == []
        return found.seal

    first = seal()
    assert seal() == first
    money.fill(pair[0], 1)
    assert seal() != first


def test_a_clock_that_runs_backwards_does_not_turn_the_books_around(pair):
    clock.travel(hours=-1)
    money.move(wallet(pair[0].id, "USD"), wallet(pair[1].id, "USD"), 1)

    made = [row.made_at for row in transfers()]

    assert made == sorted(made)
    assert made[-1] == made[-2]
    assert money.problems() == []


def test_many_writers_at_once_make_one_chain(app, pair):
    people = [make.member() for _number in range(4)]
    for person in people:
        money.fill(person, 1000)

    def pay(number):
        debit, credit = people[number % 4], people[(number + 1) % 4]
        return money.move(wallet(debit.id, "USD"), wallet(credit.id, "USD"), 1 + number % 3).id

    money.at_once(app, pay, range(40), threads=8)

    assert money.problems() == []
    assert len(transfers()) == 4 + 4 + 40


def test_escrow_is_proved_order_by_order(app, offer, buyer):
    """Two mistakes that cancel out in the sum of escrow are still two mistakes."""
    first, second = buy(offer, buyer), buy(offer, buyer)
    assert money.problems() == []
    with writing():
        first.refunded, second.payment = 500, "refunded"
        db.session.merge(first)
        db.session.merge(second)

    sentences = [sentence for sentence in proof.verify() if "Escrow holds" in sentence]

    assert sentences == [
        f"Escrow holds $25.00 for order:{order.number}, but {due} should be there."
        for order, due in sorted([(first, "$20.00"), (second, "$0.00")], key=lambda pair: pair[0].number)
    ]
    assert held_by_house()[0] == 5000


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE top_up SET amount = 2400", "transfer: the ledger moved $25.00, but its requests say $24.00."),
        ("UPDATE top_up SET state = 'refused'", "transfer: the ledger moved $25.00, but its requests say $0.00."),
        ("UPDATE withdrawal SET amount = 900", "withdrawals: the ledger moved $10.00, but its requests say $9.00."),
    ],
)
def test_what_a_provider_moved_is_what_its_requests_say(app, change, says):
    operator, member = make.operator(), make.member()
    top_up = payments.ask_top_up(member, Asked(2500, "USD", "in"), BankTransfer())
    payments.settle_top_up(top_up.id, operator)
    withdrawal = payments.ask_withdrawal(member, Asked(1000, "USD", "out"), "IBAN 1")
    payments.settle_withdrawal(withdrawal.id, operator)
    found = proof.Proof()
    assert list(proof.verify(found)) == []
    assert found.providers == [("transfer", "USD", 2500), ("withdrawals", "USD", 1000)]

    meddle(change)

    assert list(proof.verify()) == [says]
