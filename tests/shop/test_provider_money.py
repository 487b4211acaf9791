"""Money that came through a provider, in the wallet, at the operator's desk and in the proof of the books."""

import re

import pytest
from sqlalchemy import select, update

from core.db import db, writing
from core.errors import Invalid, Refused
from shop.approvals.models import Approval
from shop.ledger import proof
from shop.ledger import queries as ledger
from shop.ledger.rules import house, wallet
from shop.orders import commands as orders
from shop.payments import commands as payments
from shop.payments import giving_back
from shop.payments.ageing import ageing
from shop.payments.providers import BankTransfer
from shop.payments.rules import Asked
from shop.providers import commands
from shop.providers.models import Arrival, ChargeBack, PayBack, Payment
from tests import make
from tests.conftest import reload
from tests.shop import money, paying
from tests.shop.buying import buy

LARGE = 100_001  # the default limit is 1000.00


@pytest.fixture
def member(app):
    return make.member()


@pytest.fixture
def browser(as_member, member):
    return as_member(member)


def paid(provider, member, amount=1000):
    payment = paying.top_up(member, amount)
    provider.do("pay", payment)
    paying.work()
    return paying.now(payment)


def by_transfer(member, amount):
    made = payments.ask_top_up(member, Asked(amount, "USD", f"k{amount}"), BankTransfer())
    return payments.settle_top_up(made.id, make.operator())


def spend(member, amount):
    money.move(wallet(member.id, "USD"), house("fees", "USD"), amount, kind="fee")


def lots_of(member):
    code = wallet(member.id, "USD")
    return [(lot.source.reference, lot.left) for lot in ledger.lots_of(code, money.balance(member)).rows]


def sent_by(provider, payment):
    return list(provider.knows(payment)["refunds"].values())


def test_what_came_through_a_provider_is_a_source_and_goes_back_through_it(provider, browser, member):
    old = by_transfer(member, 500)
    payment = paid(provider, member, 1000)
    spend(member, 600)
    assert lots_of(member) == [(f"payment:{payment.reference}", 900)]

    page = browser.get("/wallet").text
    assert f'action="/payments/{payment.reference}/back"' in page
    assert f"/wallet/top-ups/{old.id}/give-back" not in page
    for _click in range(2):
        browser.post(f"/payments/{payment.reference}/back", data={"key": "member:0"})
    paying.work()

    assert sent_by(provider, payment) == [900]
    assert (money.balance(member), lots_of(member)) == (0, [])
    assert paying.books() == []


def test_only_what_is_unspent_of_a_payment_goes_back_whatever_else_the_wallet_holds(provider, browser, member):
    payment = paid(provider, member, 1000)
    by_transfer(member, 800)
    spend(member, 700)

    assert "Send $3.00 back" in browser.get(f"/payments/{payment.reference}").text
    payment = paying.now(payment)
    reference = payment.reference
    with pytest.raises(Invalid):
        commands.send_back(payment, 301, "too much")
    commands.send_back(payment, None, "rest")
    with pytest.raises(Refused) as refusal:
        commands.send_back(payment, None, "again")

    paying.work()
    assert refusal.value.code == "nothing_to_send_back"
    assert list(provider.tell(reference=reference)["pay"]["refunds"].values()) == [300]
    assert money.balance(member) == 800


def test_a_refund_is_the_payment_again_and_goes_back_to_its_card(provider, browser, member):
    offer = make.offer(by=make.member(), price=2000, stock=3, shipping=500)
    payment = paying.check_out(offer, member)
    provider.do("pay", payment)
    paying.work()
    [order] = paying.orders_of(member)
    assert lots_of(member) == []

    orders.cancel(order, actor=member)
    assert lots_of(member) == [(f"payment:{payment.reference}", 2500)]
    browser.post(f"/payments/{payment.reference}/back")
    paying.work()

    assert sent_by(provider, payment) == [2500]
    assert money.balance(member) == 0
    assert paying.books() == []


def test_everything_unspent_goes_back_in_one_press_each_to_its_own_source(provider, browser, member):
    old, payment = by_transfer(member, 500), paid(provider, member, 1000)

    for _click in range(2):
        answer = browser.post("/wallet/give-back", data={"key": "one"})
    paying.work()

    assert answer.status_code == 303
    assert sent_by(provider, payment) == [1000]
    assert [row.top_up_id for row in db.session.scalars(select(payments.Withdrawal))] == [old.id]
    assert (money.balance(member), paying.books()) == (0, [])


def test_what_waits_to_go_back_is_in_the_wallet_with_its_day_and_the_page_stays_cheap(
    provider, browser, member, count_queries
):
    payment = paid(provider, member, 1000)
    by_transfer(member, 500)
    payments.ask_top_up(member, Asked(700, "USD", "more"), BankTransfer())
    payments.ask_withdrawal(member, Asked(100, "USD", "out"), "IBAN 1")
    commands.send_back(paying.now(payment), 400, "k")

    with count_queries() as sent:
        page = browser.get("/wallet").text

    assert re.search(r"\$4\.00 back to where it came from.*?at the latest", page, re.DOTALL)
    assert len(sent) <= 8


def test_what_could_not_be_sent_back_is_that_payment_again(provider, member):
    payment = paid(provider, member, 1000)
    back = commands.send_back(payment, None, "k")

    commands.decide_pay_back(back.id, is_sent=False)

    assert lots_of(member) == [(f"payment:{payment.reference}", 1000)]
    assert giving_back.give_all_back(member, "USD", "k2", {})[0].amount == 1000


def test_a_charge_back_takes_its_own_lot_and_the_claim_is_in_the_proof(provider, member):
    older = by_transfer(member, 500)
    payment = paid(provider, member, 1000)
    spend(member, 900)
    provider.do("charge back", payment)
    paying.poll(days=1, minutes=1)

    assert (money.balance(member), lots_of(member)) == (0, [])
    assert db.session.get_one(ChargeBack, payment.id).recovered == 600
    assert ledger.sums("USD")["claims"] == -400
    assert paying.books() == []
    assert older.amount == 500

    by_transfer(member, 700)
    paying.poll(minutes=20)
    assert (money.balance(member), ledger.sums("USD")["claims"]) == (300, 0)
    assert paying.books() == []


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        (Payment, {"seen_amount": 1100}, "fake: the ledger moved $10.00, but its requests say $11.00."),
        (PayBack, {"amount": 999}, "fake, sent back: the ledger moved $10.00, but its requests say $9.99."),
    ],
)
def test_verify_compares_each_provider_with_the_ledger(provider, member, table, change, says):
    payment = paid(provider, member, 1000)
    commands.send_back(payment, None, "k")
    paying.work()
    found = proof.Proof()
    assert list(proof.verify(found)) == []
    assert [(name, moved) for name, _currency, moved in found.providers] == [("fake", 1000), ("fake, sent back", 1000)]

    with writing():
        db.session.execute(update(table).values(**change))

    assert says in money.problems()


def test_verify_finds_a_claim_that_the_account_does_not_bear_out(provider, member):
    payment = paid(provider, member, 1000)
    spend(member, 1000)
    provider.do("charge back", payment)
    paying.poll(days=1, minutes=1)
    with writing():
        db.session.execute(update(ChargeBack).values(recovered=1))

    assert any(sentence.startswith("claims:USD holds") for sentence in money.problems())


def by_bank(member, amount):
    order = buy(make.offer(by=make.member(), price=amount, stock=1, shipping=0), member, method="transfer")
    payment = orders.pay_order_by(order, orders.How("bank"), buyer=member, key="k")
    paying.work()
    return order, payment


def test_a_large_transfer_is_written_down_by_two_persons_who_say_the_same(app, provider, as_member, member):
    first, second = (as_member(make.operator()) for _person in range(2))
    with paying.with_account(app, "DE89"):
        _order, payment = by_bank(member, LARGE)
        address = f"/admin/payments/{payment.reference}/arrived"

        def writes(operator, amount):
            operator.post(address, data={"amount": amount})
            paying.work()
            return paying.orders_of(member)[0].payment

        assert writes(first, "1000.01") == "due"
        assert writes(first, "1000.01") == "due", "one person twice is one person"
        assert "needs a second person" in second.get("/admin/payments").text
        assert writes(second, "1000.10") == "due", "another amount begins anew"
        assert db.session.scalars(select(Approval.amount)).all() == [100_010]
        assert writes(second, "1000.01") == "due"
        assert writes(first, "1000.01") == "escrow"

    assert db.session.scalars(select(Arrival.amount)).all() == [LARGE]
    assert paying.books() == []


def test_a_large_sum_is_sent_back_by_two_persons_who_are_both_kept(app, provider, as_member, member):
    operators = [make.operator() for _person in range(2)]
    with paying.with_account(app, "DE89"):
        _order, payment = by_bank(member, 50_000)
        commands.record_arrival(payment, LARGE, operators[0])
        paying.work()
        back = db.session.scalars(select(PayBack)).one()
        states = []
        for operator in (operators[0], operators[0], operators[1]):
            as_member(operator).post(f"/admin/pay-backs/{back.id}/sent")
            states.append(reload(back).state)

    assert states == ["waiting", "waiting", "done"]
    assert (reload(back).decided_by_id, db.session.scalars(select(Approval.member_id)).all()) == (
        operators[1].id,
        [operators[0].id],
    )
    assert paying.books() == []


def test_what_is_on_its_way_back_has_a_clock_and_an_age(app, provider, as_member, browser, member):
    with paying.with_account(app, "DE89"):
        _order, payment = by_bank(member, 5000)
        commands.record_arrival(payment, 4000, make.operator())
        paying.work()
        assert "at the latest" in browser.get(f"/payments/{payment.reference}").text

        paying.poll(days=6)
        _out, back, _into = ageing("USD")
        page = as_member(make.operator()).get("/admin/payments").text

    assert (back.count, back.amount, back.late) == (1, 4000, 1)
    assert "late" in page
