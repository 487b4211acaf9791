"""Top-ups and withdrawals: asked once, decided once, and the money is always in exactly one place."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import Invalid, Missing, Refused
from shop.ledger import queries as ledger
from shop.payments import commands, queries, rules
from shop.payments.providers import BankTransfer, Sandbox
from shop.payments.rules import Asked
from tests import make
from tests.conftest import reload
from tests.shop import money


def asked(amount, key="form"):
    return Asked(amount, "USD", key)


def withdrawal(member, amount=1000, key="form"):
    return commands.ask_withdrawal(member, asked(amount, key), "IBAN 1")


def refused(code, work, *arguments):
    with pytest.raises(Refused) as refusal:
        work(*arguments)
    assert refusal.value.code == code
    assert money.problems() == []


@pytest.fixture
def rich(app):
    member = make.member()
    money.fill(member, 5000)
    return member


@pytest.fixture
def operator(app):
    return make.operator()


def test_play_money_is_in_the_wallet_at_once(app):
    member = make.member()

    top_up = commands.ask_top_up(member, asked(2500), Sandbox())

    assert reload(top_up).state == "settled"
    assert money.balance(member) == 2500


def test_a_bank_transfer_is_in_the_wallet_when_the_operator_says_so(app, operator):
    member = make.member()
    top_up = commands.ask_top_up(member, asked(2500), BankTransfer())
    assert money.balance(member) == 0

    commands.settle_top_up(top_up.id, operator)

    assert money.balance(member) == 2500
    assert reload(top_up).decided_by_id == operator.id


@pytest.mark.parametrize("provider", [Sandbox(), BankTransfer()])
def test_a_double_click_asks_once(app, provider):
    member = make.member()

    first, second = (commands.ask_top_up(member, asked(2500), provider) for _click in range(2))

    assert first.id == second.id
    assert money.balance(member) == (2500 if provider.settles_at_once else 0)
    refused("key_reused", commands.ask_top_up, member, asked(2501), provider)


def test_two_members_may_use_the_same_key(app):
    one, other = (commands.ask_top_up(make.member(), asked(100), Sandbox()) for _member in range(2))

    assert one.id != other.id


def test_settling_twice_settles_once_and_refusing_then_is_too_late(app, operator):
    member = make.member()
    top_up = commands.ask_top_up(member, asked(2500), BankTransfer())
    commands.settle_top_up(top_up.id, operator)
    commands.settle_top_up(top_up.id, make.operator())

    assert money.balance(member) == 2500
    refused("already_decided", commands.refuse_top_up, top_up.id, operator, "No money came")


def test_a_refused_top_up_moves_nothing_and_cannot_be_settled(app, operator):
    member = make.member()
    top_up = commands.ask_top_up(member, asked(2500), BankTransfer())

    commands.refuse_top_up(top_up.id, operator, " No money came ")

    refused("already_decided", commands.settle_top_up, top_up.id, operator)
    assert (reload(top_up).reason, money.balance(member)) == ("No money came", 0)


def test_a_refusal_needs_a_reason(app, operator, rich):
    row = withdrawal(rich)

    with pytest.raises(Invalid):
        commands.refuse_withdrawal(row.id, operator, "  ")
    assert reload(row).state == "waiting"


def test_a_withdrawal_leaves_the_wallet_at_once(app, rich, operator):
    row = withdrawal(rich, 1200)
    assert (money.balance(rich), ledger.sums("USD")["payouts"]) == (3800, 1200)

    commands.settle_withdrawal(row.id, operator)
    commands.settle_withdrawal(row.id, operator)

    assert (money.balance(rich), ledger.sums("USD")) == (3800, {"wallet": 3800, "payouts": 0, "outside": -3800})
    assert money.problems() == []


def test_a_double_click_withdraws_once(app, rich):
    first, second = withdrawal(rich, 5000), withdrawal(rich, 5000)

    assert first.id == second.id
    assert money.balance(rich) == 0
    refused("key_reused", withdrawal, rich, 4999)


def test_nobody_withdraws_more_than_they_have(app, rich):
    refused("not_enough_money", withdrawal, rich, 5001)

    assert money.balance(rich) == 5000
    assert queries.wallet_page(rich.id, "USD").withdrawals == []


@pytest.mark.parametrize("end", ["cancel", "refuse"])
def test_a_withdrawal_that_ends_otherwise_comes_back_once(app, rich, operator, end):
    row = withdrawal(rich, 1200)
    act = {
        "cancel": lambda: commands.cancel_withdrawal(row.id, rich),
        "refuse": lambda: commands.refuse_withdrawal(row.id, operator, "No such account"),
    }[end]

    act()
    act()

    assert money.balance(rich) == 5000
    refused("already_decided", commands.settle_withdrawal, row.id, operator)
    assert money.balance(rich) == 5000


def test_another_members_withdrawal_is_not_there(app, rich):
    row = withdrawal(rich)

    with pytest.raises(Missing):
        commands.cancel_withdrawal(row.id, make.member())
    with pytest.raises(Missing):
        commands.settle_withdrawal(row.id + 1, rich)


@pytest.mark.parametrize("amount", [0, -5])
def test_amounts_are_above_zero(app, rich, amount):
    with pytest.raises(Invalid):
        withdrawal(rich, amount)
    with pytest.raises(Invalid):
        commands.ask_top_up(rich, asked(amount), Sandbox())


@pytest.mark.parametrize(
    ("asked_on", "due_on"), [("2026-11-23", "2026-11-26"), ("2026-11-26", "2026-12-01"), ("2026-11-28", "2026-12-02")]
)
def test_a_withdrawal_is_due_in_three_working_days(asked_on, due_on):
    start = datetime.fromisoformat(asked_on).replace(hour=9, tzinfo=ZoneInfo("UTC"))

    assert rules.due_after(start).date().isoformat() == due_on


def test_two_operators_and_the_member_decide_once(app, rich, operator):
    row_id = withdrawal(rich, 5000).id
    other = make.operator()
    acts = [
        lambda: commands.settle_withdrawal(row_id, operator).state,
        lambda: commands.refuse_withdrawal(row_id, other, "No").state,
        lambda: commands.cancel_withdrawal(row_id, rich).state,
    ]

    answers = money.at_once(app, lambda number: acts[number % 3](), range(18))

    assert len(set(answers) - {"already_decided"}) == 1
    assert money.balance(rich) == (0 if "paid" in answers else 5000)
    assert money.problems() == []


def test_twelve_clicks_on_one_form_are_one_withdrawal(app, rich):
    answers = money.at_once(app, lambda _number: withdrawal(rich, 3000).id, range(12))

    assert len(set(answers)) == 1
    assert money.balance(rich) == 2000


def test_verify_finds_payouts_without_a_withdrawal(app, rich):
    money.move(f"wallet:{rich.id}:USD", "payouts:USD", 700)

    assert money.problems() == ["payouts:USD holds $7.00, but $0.00 should be there."]
