"""The books: money moves once, never below nothing, and every movement stays as it was written."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from core.db import command, db, writing
from core.errors import Refused
from shop.ledger import proof, queries
from shop.ledger.models import Account, Transfer
from shop.ledger.rules import house, wallet
from tests import make
from tests.shop import money

ESCROW = house("escrow", "USD")


def test_a_transfer_moves_money_from_one_account_to_the_other(app):
    buyer = make.member()
    money.fill(buyer, 5000)

    money.move(wallet(buyer.id, "USD"), ESCROW, 1250)

    assert money.balance(buyer) == 3750
    assert queries.sums("USD") == {"wallet": 3750, "escrow": 1250, "outside": -5000}


def test_the_same_key_and_body_move_money_once(app):
    buyer = make.member()
    money.fill(buyer, 5000)

    first = money.move(wallet(buyer.id, "USD"), ESCROW, 5000, key="order:1:pay")
    second = money.move(wallet(buyer.id, "USD"), ESCROW, 5000, key="order:1:pay")

    assert first.id == second.id
    assert money.balance(buyer) == 0


@pytest.mark.parametrize("change", [{"amount": 11}, {"kind": "refund"}, {"reference": "order:2"}])
def test_the_same_key_with_another_body_is_refused(app, change):
    buyer = make.member()
    money.fill(buyer, 5000)
    body = {"amount": 10, "kind": "payment", "reference": "order:1"}
    money.move(wallet(buyer.id, "USD"), ESCROW, key="once", **body)

    with pytest.raises(Refused) as refusal:
        money.move(wallet(buyer.id, "USD"), ESCROW, key="once", **body | change)

    assert refusal.value.code == "key_reused"
    assert money.balance(buyer) == 4990


def test_a_wallet_cannot_pay_more_than_it_holds(app):
    buyer = make.member()
    money.fill(buyer, 999)

    with pytest.raises(Refused, match=r"holds \$9\.99; this needs \$10\.00") as refusal:
        money.move(wallet(buyer.id, "USD"), ESCROW, 1000)

    assert refusal.value.code == "not_enough_money"
    assert money.balance(buyer) == 999


def test_a_refused_transfer_leaves_nothing_behind_in_a_command_that_goes_on(app):
    buyer, seller = make.member(), make.member()
    money.fill(buyer, 100)

    @command
    def try_both():
        with pytest.raises(Refused):
            money.move(wallet(buyer.id, "USD"), wallet(seller.id, "USD"), 101)
        money.move(wallet(buyer.id, "USD"), wallet(seller.id, "USD"), 99)

    try_both()

    assert (money.balance(buyer), money.balance(seller)) == (1, 99)
    assert money.problems() == []


def test_several_movements_are_all_or_none(app):
    buyer, seller = make.member(), make.member()
    money.fill(buyer, 100)
    pay = money.Movement(wallet(buyer.id, "USD"), ESCROW, 100, "USD", "payment", "a")
    settle = money.Movement(ESCROW, wallet(seller.id, "USD"), 101, "USD", "settlement", "b")

    with pytest.raises(Refused):
        money.transfers([pay, settle])

    assert (money.balance(buyer), money.balance(seller)) == (100, 0)


def test_a_movement_is_covered_by_those_before_it(app):
    buyer, seller = make.member(), make.member()
    money.fill(buyer, 100)
    pay = money.Movement(wallet(buyer.id, "USD"), ESCROW, 100, "USD", "payment", "a")
    settle = money.Movement(ESCROW, wallet(seller.id, "USD"), 95, "USD", "settlement", "b")
    fee = money.Movement(ESCROW, house("fees", "USD"), 5, "USD", "fee", "c")

    assert [row.key for row in money.transfers([pay, settle, fee])] == ["a", "b", "c"]
    assert [row.key for row in money.transfers([settle, fee])] == ["b", "c"]
    assert (money.balance(buyer), money.balance(seller)) == (0, 95)
    assert money.problems() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": 1.5},
        {"amount": True},
        {"currency": "EUR"},
        {"key": ""},
        {"debit": ESCROW},
    ]
    + [{"debit": code} for code in ("wallet:USD", "wallet:x:USD", "purse:1:USD", "escrow:1:USD", "")],
)
def test_what_is_no_movement_is_a_mistake_of_ours(app, wrong):
    right = {
        "debit": house("outside", "USD"),
        "credit": ESCROW,
        "amount": 1,
        "currency": "USD",
        "kind": "x",
        "key": "k",
    }

    with pytest.raises(ValueError, match="not a"):
        money.transfer(money.Movement(**right | wrong))


@pytest.mark.parametrize("change", [update(Transfer).values(amount=1), delete(Transfer)])
def test_the_database_itself_refuses_to_change_a_transfer(app, change):
    money.fill(make.member(), 5000)

    with pytest.raises(DBAPIError, match="immutable"), writing():
        db.session.execute(change)

    assert db.session.scalars(select(Transfer.amount)).all() == [5000]


def test_the_database_itself_refuses_a_negative_wallet(app):
    money.fill(make.member(), 5000)

    with pytest.raises(DBAPIError), writing():
        db.session.execute(update(Account).where(Account.kind == "wallet").values(balance=-1))


def test_entries_are_signed_as_the_member_sees_them_and_page_by_key(app):
    buyer, seller = make.member(), make.member()
    money.fill(buyer, 5000)
    for number in range(4):
        money.move(wallet(buyer.id, "USD"), wallet(seller.id, "USD"), number + 1, reference=f"order:A{number}")
    db.session.rollback()

    first = queries.entries(buyer.id, "USD", limit=3)
    second = queries.entries(buyer.id, "USD", before=first.older, limit=3)

    assert [entry.amount for entry in first.rows + second.rows] == [-4, -3, -2, -1, 5000]
    assert first.rows[0].address == "/orders/A3"
    assert second.older is None
    assert [entry.amount for entry in queries.entries(seller.id, "USD").rows] == [4, 3, 2, 1]


def test_verify_finds_a_balance_that_its_transfers_do_not_make(app):
    buyer = make.member()
    money.fill(buyer, 5000)
    assert money.problems() == []

    with writing():
        db.session.execute(update(Account).where(Account.kind == "wallet").values(balance=5001))

    assert list(proof.verify()) == [
        f"wallet:{buyer.id}:USD says $50.01, but its transfers make $50.00.",
        "All balances in USD sum to $0.01 instead of nothing.",
    ]


def test_ledger_verify_says_so_and_ends_with_one(app):
    run = app.test_cli_runner().invoke
    money.fill(make.member(), 5000)
    assert "The books foot: 2 accounts, 1 transfers" in run(args=["ledger", "verify"]).output
    with writing():
        db.session.execute(text("UPDATE account SET balance = balance + 1 WHERE kind = 'wallet'"))

    answer = run(args=["ledger", "verify"])

    assert answer.exit_code == 1
    assert "its transfers make $50.00" in answer.output


def test_a_transfer_costs_five_statements(app, count_queries):
    buyer = make.member()
    money.fill(buyer, 5000)
    money.move(wallet(buyer.id, "USD"), ESCROW, 1)

    with count_queries() as sent:
        money.move(wallet(buyer.id, "USD"), ESCROW, 1)

    assert len(sent) == 5
