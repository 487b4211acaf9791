"""Unspent top-ups go back to where they came from in one step, once, and as far as they are unspent."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.clock import now
from core.db import db, writing
from core.errors import Missing, Refused
from forum.members.models import SignIn
from shop.ledger import queries as ledger
from shop.ledger.rules import house, wallet
from shop.payments import commands, giving_back
from shop.payments.models import Withdrawal
from shop.payments.providers import BankTransfer, Sandbox
from shop.payments.rules import Asked
from tests import make
from tests.conftest import reload
from tests.shop import money

PROVIDERS = {"sandbox": Sandbox(), "transfer": BankTransfer()}


@pytest.fixture
def member(app):
    return make.member()


@pytest.fixture
def operator(app):
    return make.operator()


@pytest.fixture
def browser(as_member, member):
    return as_member(member)


def top_up(member, amount, operator):
    made = commands.ask_top_up(member, Asked(amount, "USD", f"k{amount}"), BankTransfer())
    return commands.settle_top_up(made.id, operator)


def spend(member, amount):
    money.move(wallet(member.id, "USD"), house("escrow", "USD"), amount, reference="order:A")


def give_back(member, top, key="k"):
    return giving_back.give_back(member, top.id, key, PROVIDERS)


def lots_of(member):
    code = wallet(member.id, "USD")
    return [(lot.source.reference, lot.left) for lot in ledger.lots_of(code, money.balance(member)).rows]


def test_what_is_left_of_a_top_up_goes_back_and_waits_with_a_clock(member, operator):
    top = top_up(member, 5000, operator)
    spend(member, 1200)

    back = give_back(member, top)

    assert (back.amount, back.state, back.destination) == (3800, "waiting", top.reference)
    assert back.due_at > back.asked_at
    assert (money.balance(member), lots_of(member)) == (0, [])
    commands.settle_withdrawal(back.id, operator)
    assert [problem for problem in money.problems() if "escrow" not in problem.lower()] == []


def test_the_newest_can_go_back_while_older_money_stays(member, operator):
    old, new = top_up(member, 1000, operator), top_up(member, 2000, operator)
    spend(member, 300)

    give_back(member, new)

    assert lots_of(member) == [(f"top-up:{old.id}", 700)]
    spend(member, 100)
    assert lots_of(member) == [(f"top-up:{old.id}", 600)]


@pytest.mark.parametrize("how", ["refused", "cancelled"])
def test_what_was_not_given_back_after_all_is_that_top_up_again(member, operator, how):
    old, new = top_up(member, 1000, operator), top_up(member, 2000, operator)
    back = give_back(member, new)

    if how == "refused":
        commands.refuse_withdrawal(back.id, operator, "The account is closed")
    else:
        commands.cancel_withdrawal(back.id, member)

    assert lots_of(member) == [(f"top-up:{new.id}", 2000), (f"top-up:{old.id}", 1000)]
    assert give_back(member, new, "again").amount == 2000


def test_pressed_twice_it_goes_back_once(member, operator):
    top = top_up(member, 5000, operator)

    first, second = give_back(member, top), give_back(member, top)

    assert first.id == second.id
    with pytest.raises(Refused) as refusal:
        give_back(member, top, "another page")
    assert refusal.value.code == "nothing_left"
    assert money.problems() == []


def test_what_was_spent_cannot_go_back(member, operator):
    old, _new = top_up(member, 1000, operator), top_up(member, 2000, operator)
    spend(member, 1500)

    with pytest.raises(Refused) as refusal:
        give_back(member, old)

    assert refusal.value.code == "nothing_left"
    assert money.balance(member) == 1500


def test_a_top_up_far_back_in_a_long_history_is_found(member, operator):
    """More sources lie in front of it than the wallet shows."""
    top = top_up(member, 1000, operator)
    for number in range(ledger.MOST_LOTS + 5):
        money.move(house("outside", "USD"), wallet(member.id, "USD"), 1, kind="settlement", reference=f"order:{number}")
    spend(member, 250)

    assert give_back(member, top).amount == 750


def test_nobody_gives_back_anothers(member, operator):
    top = top_up(member, 1000, operator)

    with pytest.raises(Missing):
        give_back(make.member(), top)


def test_play_money_is_gone_at_once(member):
    top = commands.ask_top_up(member, Asked(1000, "USD", "k"), Sandbox())

    back = give_back(member, top)

    assert (reload(back).state, money.balance(member)) == ("paid", 0)
    assert money.problems() == []


def test_a_payment_and_a_return_at_once_never_share_a_unit(app, member, operator):
    top = top_up(member, 1000, operator)
    escrow = house("escrow", "USD")

    def act(number):
        if number % 2:
            return give_back(member, top, f"k{number}").amount
        return money.move(wallet(member.id, "USD"), escrow, 400, reference="order:A").amount

    money.at_once(app, act, range(6), threads=6)

    assert money.balance(member) >= 0
    given = sum(db.session.scalars(select(Withdrawal.amount)))
    spent = ledger.sums("USD").get("escrow", 0)
    assert given + spent + money.balance(member) == 1000
    assert sum(left for _reference, left in lots_of(member)) == money.balance(member)


def test_the_wallet_has_the_button_and_a_double_click_does_it_once(browser, member, operator):
    top = top_up(member, 5000, operator)
    page = browser.get("/wallet").text
    key = re.search(r'name="key" value="(\w+)"', page).group(1)
    assert f"/wallet/top-ups/{top.id}/give-back" in page

    answers = [browser.post(f"/wallet/top-ups/{top.id}/give-back", data={"key": key}) for _click in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/wallet")] * 2
    page = browser.get("/wallet").text
    assert page.count(f"Back to where {top.reference} came from") == 1
    assert money.balance(member) == 0


def test_all_of_them_go_back_in_one_step(browser, member, operator):
    for amount in (1000, 2000, 3000):
        top_up(member, amount, operator)
    money.move(house("outside", "USD"), wallet(member.id, "USD"), 77, kind="settlement", reference="order:B")
    spend(member, 1500)
    assert "Give all unspent top-ups back" in browser.get("/wallet").text

    answers = [browser.post("/wallet/give-back", data={"key": "one"}) for _click in range(2)]
    later = browser.post("/wallet/give-back", data={"key": "two"})

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (later.status_code, 'data-code="nothing_left"' in later.text) == (409, True)
    assert sorted(db.session.scalars(select(Withdrawal.amount))) == [1500, 3000]
    assert money.balance(member) == 77


def test_it_needs_the_password_again(browser, member, operator):
    top = top_up(member, 5000, operator)
    with writing():
        db.session.execute(update(SignIn).values(confirmed_at=now() - timedelta(hours=1)))

    for path in (f"/wallet/top-ups/{top.id}/give-back", "/wallet/give-back"):
        answer = browser.post(path, data={"key": "k"}, headers={"Referer": "http://localhost/wallet"})
        assert answer.location == "/confirm?next=/wallet"
    assert money.balance(member) == 5000
