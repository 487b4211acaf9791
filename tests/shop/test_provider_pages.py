"""Payments through providers as people meet them: the checkout's choice, the payment's page, the operator's desk."""

import re

import pytest

from core.db import db
from shop.orders import commands as order_commands
from shop.providers import commands
from shop.providers.models import Callback, Payment
from tests import make
from tests.shop import money, paying, rigs
from tests.shop.buying import buy


@pytest.fixture
def provider(app, program):
    program.tell(reset=True)
    with paying.listening(app) as site, paying.configured(app, site, rigs.settings(program)):
        yield program


@pytest.fixture
def buyer(app):
    return make.member()


@pytest.fixture
def offer(app):
    return make.offer(by=make.member(), price=2000, stock=3, shipping=500, product={"picks_up": True})


def set_aside(browser, offer):
    """The checkout's form as the page holds it."""
    where = browser.post("/checkout/start", data={"offer": offer.id, "quantity": 1}).location
    page = browser.get(where).text
    fields = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("key", "seen")}
    return {**fields, "address": "1 Pier Road", "delivery": "ship"}, page


def newest():
    db.session.rollback()
    return db.session.scalars(db.select(Payment).order_by(Payment.id.desc())).first()


def test_a_buyer_pays_by_card_from_the_checkout_to_the_order(provider, as_member, buyer, offer):
    browser = as_member(buyer)
    form, page = set_aside(browser, offer)
    assert 'value="by-stripe"' in page
    assert 'value="by-alipay"' not in page, "it takes no dollars"

    where = browser.post("/checkout", data={**form, "method": "by-fake"}).location
    assert re.fullmatch(r"/payments/P\w{15}", where)
    assert "We are asking the provider" in browser.get(where).text
    paying.work()
    assert f'href="{provider.address}/pay/' in browser.get(where).text

    provider.do("pay", newest())
    paying.work()
    page = browser.get(where).text
    assert "The money arrived" in page
    [order] = paying.orders_of(buyer)
    assert f"/orders/{order.number}" in page
    assert "Paid, waiting to be sent" in browser.get(f"/orders/{order.number}").text


def test_a_double_click_begins_one_payment(provider, as_member, buyer, offer):
    browser = as_member(buyer)
    form, _page = set_aside(browser, offer)

    where = {browser.post("/checkout", data={**form, "method": "by-fake"}).location for _click in range(2)}

    assert len(where) == 1
    assert db.session.query(Payment).count() == 1


@pytest.mark.parametrize("method", ["by-nothing", "by-", "by-bank", "by-wallet", "by-\x00"])
def test_a_provider_that_is_not_offered_is_refused_at_the_field(provider, as_member, buyer, offer, method):
    browser = as_member(buyer)
    form, _page = set_aside(browser, offer)

    answer = browser.post("/checkout", data={**form, "method": method})

    assert answer.status_code == 422
    assert "Choose how you pay." in answer.text
    assert newest() is None


def test_what_is_missing_is_said_before_anybody_pays(provider, as_member, buyer, offer):
    browser = as_member(buyer)
    form, _page = set_aside(browser, offer)

    answer = browser.post("/checkout", data={**form, "method": "by-fake", "address": ""})

    assert answer.status_code == 422
    assert "Where should it be sent?" in answer.text
    assert newest() is None


def test_where_the_wallet_covers_all_no_provider_is_asked(provider, as_member, buyer, offer):
    money.fill(buyer, 3000)
    browser = as_member(buyer)
    form, _page = set_aside(browser, offer)

    browser.post("/checkout", data={**form, "method": "by-fake", "from_wallet": "yes"})
    paying.work()

    assert (newest().provider, newest().state) == ("wallet", "succeeded")
    assert money.balance(buyer) == 500
    assert len(paying.orders_of(buyer)) == 1
    assert paying.books() == []


def test_a_top_up_by_card_comes_back_to_where_it_was_missed(provider, as_member, buyer):
    browser = as_member(buyer)
    where = browser.post("/wallet/top-up", data={"amount": "12.50", "provider": "fake", "next": "/cart"}).location
    paying.work()
    provider.do("pay", newest())
    paying.work()

    assert money.balance(buyer) == 1250
    assert 'href="/cart"' in browser.get(where).text
    assert f"/payments/{newest().reference}" in browser.get("/wallet").text


def test_what_was_not_spent_goes_back_in_one_step(provider, as_member, buyer):
    payment = paying.top_up(buyer, 1000)
    provider.do("pay", payment)
    paying.work()
    money.move(f"wallet:{buyer.id}:USD", "outside:USD", 300, kind="withdrawal")
    browser = as_member(buyer)

    for _click in range(2):
        browser.post(f"/payments/{payment.reference}/back")
    paying.work()

    assert list(provider.knows(payment)["refunds"].values()) == [700]
    assert money.balance(buyer) == 0
    assert paying.books() == []
    assert "Sent back" in browser.get(f"/payments/{payment.reference}").text


def test_what_cannot_be_sent_back_is_in_the_wallet_again_and_said(provider, as_member, buyer):
    payment = paying.top_up(buyer, 1000)
    provider.do("pay", payment)
    paying.work()
    provider.faults("refund refused")
    as_member(buyer).post(f"/payments/{payment.reference}/back")
    paying.work()

    assert money.balance(buyer) == 1000
    assert "could not be sent back" in as_member(buyer).get("/notices").text
    assert paying.books() == []


def test_a_payment_that_was_called_off_and_paid_all_the_same_is_put_right(provider, as_member, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("lost")
    provider.do("pay", payment)

    as_member(buyer).post(f"/payments/{payment.reference}/cancel")
    assert paying.now(payment).state == "cancelled"
    paying.work()

    assert paying.now(payment).state == "succeeded"
    assert len(paying.orders_of(buyer)) == 1
    assert paying.books() == []


def test_the_page_one_comes_back_to_asks_by_itself(provider, as_member, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("lost")
    provider.do("pay", payment)
    browser = as_member(buyer)
    here = f"/payments/{payment.reference}"
    assert f'hx-post="{here}/look"' in browser.get(here).text

    answer = browser.post(f"{here}/look", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    paying.work()

    assert paying.now(payment).state == "succeeded"
    assert f'hx-post="{here}/look"' not in browser.get(here).text


@pytest.mark.parametrize("step", ["", "/look", "/cancel", "/back"])
def test_nobody_else_finds_a_payment(provider, as_member, buyer, step):
    payment = paying.top_up(buyer)
    browser = as_member(make.member())

    ask = browser.post if step else browser.get
    answer = ask(f"/payments/{payment.reference}{step}")

    assert answer.status_code == 404
    assert paying.now(payment).state == "pending"


def test_a_callback_is_kept_as_it_came_and_a_forged_one_moves_nothing(provider, app, buyer):
    payment = paying.top_up(buyer)
    body = b'{"reference": "%s", "event": "payment.paid"}' % payment.reference.encode()
    told = {"X-Time": "1", "X-Nonce": "n", "X-Signature": "0" * 64, "Cookie": "session=secret"}

    answer = app.test_client().post("/payments/callbacks/fake", data=body, headers=told)
    assert answer.status_code == 200
    paying.work()

    kept = db.session.scalars(db.select(Callback)).one()
    assert (kept.body, kept.state, kept.reason) == (body, "refused", "signature")
    assert "secret" not in str(kept.headers)
    assert money.balance(buyer) == 0


@pytest.mark.parametrize(
    ("name", "size", "status"), [("nobody", 10, 404), ("wallet", 10, 404), ("fake", 70_000, 400), ("fake", 0, 400)]
)
def test_odd_callbacks_are_refused(provider, app, name, size, status):
    assert app.test_client().post(f"/payments/callbacks/{name}", data=b"x" * size).status_code == status


def test_callbacks_need_no_token_and_everything_else_does(provider, app, as_member, buyer, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    payment = paying.top_up(buyer)

    assert app.test_client().post("/payments/callbacks/fake", data=b"{}").status_code == 200
    assert as_member(buyer).post(f"/payments/{payment.reference}/cancel").status_code == 400


def test_the_operator_writes_down_a_bank_transfer_and_the_order_is_paid(app, provider, as_member, buyer, offer):
    order = buy(offer, buyer, method="transfer")
    with paying.with_account(app, "DE89 3704"):
        browser = as_member(buyer)
        where = browser.post(f"/orders/{order.number}/pay-by", data={"method": "by-bank", "key": "k"}).location
        paying.work()
        assert "DE89 3704" in browser.get(where).text

        operator = as_member(make.operator())
        for _click in range(2):
            operator.post(f"/admin/payments/{newest().reference}/arrived", data={"amount": "25.00"})
        paying.work()

    assert paying.orders_of(buyer)[0].payment == "escrow"
    assert paying.books() == []


def test_a_transfer_of_another_amount_is_sent_back_by_hand(app, provider, as_member, buyer, offer):
    order = buy(offer, buyer, method="transfer")
    with paying.with_account(app, "DE89 3704"):
        order_commands.pay_order_by(order, order_commands.How("bank"), buyer=buyer, key="k")
        paying.work()
        operator = as_member(make.operator())
        operator.post(f"/admin/payments/{newest().reference}/arrived", data={"amount": "20"})
        paying.work()
        assert newest().state == "returning"
        assert paying.books() == []

        page = operator.get("/admin/payments").text
        address = re.search(r"/admin/pay-backs/\d+/sent", page)[0]
        operator.post(address)

    assert newest().state == "returned"
    assert paying.orders_of(buyer)[0].payment == "due"
    assert paying.books() == []


def test_the_operator_sees_what_came_by_whom(provider, as_member, buyer):
    payment = paying.top_up(buyer, 1234)
    provider.do("pay", payment)
    paying.work()

    page = as_member(make.operator()).get("/admin/payments?state=succeeded").text

    assert "$12.34" in page
    assert payment.reference in page
    assert as_member(buyer).get("/admin/payments").status_code == 404


@pytest.mark.parametrize("name", ["stripe", "alipay", "wechat"])
def test_each_provider_brings_a_top_up_and_takes_it_back(app, provider, name, buyer):
    currency = "USD" if name == "stripe" else "CNY"
    rig = rigs.rig(name, provider)
    payment = commands.start(buyer, paying.Ask("k", name, 1250, currency))
    paying.work()
    rig.opened(paying.now(payment))
    site = app.extensions["settings"].base_url
    provider.tell(reference=payment.reference, news=f"{site}/payments/callbacks/{name}")

    assert provider.do("pay", payment) == [200]
    paying.work()
    assert paying.now(payment).state == "succeeded"
    assert paying.books() == []

    commands.send_back(paying.now(payment), 1250, "all")
    paying.work()
    assert list(provider.knows(payment)["refunds"].values()) == [1250]
    assert paying.books() == []


def test_a_charge_back_while_the_money_is_on_its_way_back_is_booked_once(provider, buyer):
    payment = paying.top_up(buyer, 1000)
    provider.do("pay", payment)
    paying.work()
    provider.tell(down=True)
    commands.send_back(paying.now(payment), 1000, "all")
    paying.work()
    provider.tell(down=False)
    provider.do("charge back", payment)

    paying.poll(days=1, minutes=1)

    assert paying.now(payment).state == "charged_back"
    assert provider.knows(payment)["refunds"] == {}
    assert money.balance(buyer) == 0
    assert money.queries.sums("USD").get("claims", 0) == 0
    assert paying.books() == []
