"""The wallet in the browser: balance, movements, putting in, taking out."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.clock import now
from core.db import db, writing
from forum.members.models import Member, SignIn
from shop.ledger.rules import house, wallet
from shop.payments.models import TopUp, Withdrawal
from tests import make
from tests.shop import money
from tests.shop.buying import buy

ODD = ["-3", "0.001", "1e9", "NaN", "٣٤", "12345678901234567890", "", "0", "1.200", "five", "12\x0050"]


@pytest.fixture
def member(app):
    return make.member()


@pytest.fixture
def browser(as_member, member):
    return as_member(member)


def key_in(page):
    return re.search(r'name="key"[^>]*value="([0-9a-f]{32})"', page.text).group(1)


def rows(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def withdraw(browser, amount="12.50", **given):
    form = {"amount": amount, "destination": "IBAN 12", "key": "one", **given}
    return browser.post("/wallet/withdraw", data=form)


@pytest.mark.parametrize("path", ["/wallet", "/wallet/top-up", "/wallet/withdraw", "/wallet/top-up/1"])
def test_a_guest_is_sent_to_sign_in(guest, path):
    answer = guest.get(path)

    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=")


def test_an_empty_wallet_says_what_to_do(browser):
    page = browser.get("/wallet")

    assert page.status_code == 200
    assert "No movements yet" in page.text
    assert "$0.00" in page.text


def test_the_wallet_shows_balance_signed_movements_and_what_waits(browser, member):
    money.fill(member, 5000)
    money.move(wallet(member.id, "USD"), house("escrow", "USD"), 700, reference="order:A1B2")
    withdraw(browser, "12,50")

    page = browser.get("/wallet").text

    assert "$30.50" in page
    assert "+$50.00" in page
    assert "-$7.00" in page
    assert 'href="/orders/A1B2"' in page
    assert "Withdrawal of $12.50" in page
    assert "at the latest" in page


def test_what_waits_in_escrow_is_shown_to_both_sides(browser, member, as_member):
    money.fill(member, 10_000)
    offer = make.offer(price=2000, shipping=500)
    order = buy(offer, member)
    seller = db.session.get(Member, order.seller_id)

    assert re.search(r"\$25\.00</span><span [^>]*>Paid, until you receive it", browser.get("/wallet").text)
    assert re.search(r"\$25\.00</span><span [^>]*>Sold, until it is received", as_member(seller).get("/wallet").text)
    assert "until" not in as_member(make.member()).get("/wallet").text.partition("figures")[2].partition("section")[0]


def test_older_movements_come_by_key_as_a_page_and_as_a_fragment(browser, member):
    money.fill(member, 10_000)
    for cents in range(1, 33):
        money.move(wallet(member.id, "USD"), house("fees", "USD"), cents)
    first = browser.get("/wallet").text
    older = re.search(r'href="(/wallet\?before=\d+)"', first).group(1)

    page, part = browser.get(older).text, browser.get(older, headers={"HX-Request": "true"}).text

    assert "-$0.32" in first
    assert "+$100.00" not in first
    for text in (page, part):
        assert "+$100.00" in text
        assert "-$0.32" not in text
    assert "<html" in page
    assert "<html" not in part


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999999999", "٣", ""])
def test_a_senseless_key_shows_the_newest_movements(browser, member, before):
    money.fill(member, 5000)

    assert "+$50.00" in browser.get("/wallet", query_string={"before": before}).text


def test_the_wallet_costs_at_most_eight_statements(browser, member, count_queries):
    money.fill(member, 5000)
    withdraw(browser)
    for number in range(3):
        browser.post("/wallet/top-up", data={"amount": "5", "provider": "transfer", "key": f"k{number}"})
    browser.get("/wallet")

    with count_queries() as sent:
        assert browser.get("/wallet").status_code == 200

    assert len(sent) <= 8


def test_play_money_arrives_at_once_and_a_double_click_brings_it_once(browser, member):
    form = {"amount": "25", "provider": "sandbox", "key": key_in(browser.get("/wallet/top-up"))}

    answers = [browser.post("/wallet/top-up", data=form) for _click in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/wallet")] * 2
    assert money.balance(member) == 2500


@pytest.mark.parametrize(("wanted", "then"), [("/checkout?key=a", "/checkout?key=a"), ("//evil.example", "/wallet")])
def test_who_came_for_missing_money_goes_back_to_what_it_is_for(browser, wanted, then):
    page = browser.get("/wallet/top-up", query_string={"amount": "19.50", "next": wanted}).text
    assert 'value="19.50"' in page

    form = {"amount": "19.50", "provider": "sandbox", "key": "one", "next": wanted}
    assert browser.post("/wallet/top-up", data=form).location == then


def test_a_bank_transfer_shows_the_reference_to_write_on_it(browser, member, as_member):
    answer = browser.post("/wallet/top-up", data={"amount": "25", "provider": "transfer", "key": "one"})

    page = browser.get(answer.location)

    assert answer.status_code == 303
    assert re.search(r"TOPUP-\d+", page.text)
    assert money.balance(member) == 0
    assert as_member(make.member()).get(answer.location).status_code == 404


def test_a_bank_transfer_says_where_to_send_it(app, browser, monkeypatch):
    answer = browser.post("/wallet/top-up", data={"amount": "25", "provider": "transfer", "key": "one"})
    assert "Ask the operator which account to use." in browser.get(answer.location).text

    known = replace(app.extensions["settings"], bank_account="Harbour Bank, IBAN 34 56")
    monkeypatch.setitem(app.extensions, "settings", known)

    assert "Harbour Bank, IBAN 34 56" in browser.get(answer.location).text


def test_without_the_sandbox_there_is_no_play_money(app, browser, member, monkeypatch):
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], sandbox=False))

    answer = browser.post("/wallet/top-up", data={"amount": "25", "provider": "sandbox", "key": "one"})

    assert answer.status_code == 422
    assert "Play money" not in browser.get("/wallet/top-up").text
    assert money.balance(member) == 0


def test_the_form_works_without_a_provider_or_key(browser, member):
    assert browser.post("/wallet/top-up", data={"amount": "7"}).status_code == 303
    assert money.balance(member) == 700


@pytest.mark.parametrize("amount", ODD)
def test_odd_amounts_come_back_with_a_sentence_at_the_field(browser, member, amount):
    money.fill(member, 5000)

    for path in ("/wallet/top-up", "/wallet/withdraw"):
        page = browser.post(path, data={"amount": amount, "destination": "IBAN 12", "key": "one"})
        assert page.status_code == 422
        assert 'id="amount-error"' in page.text
        assert 'aria-invalid="true"' in page.text

    assert (rows(TopUp), rows(Withdrawal), money.balance(member)) == (0, 0, 5000)


def test_what_was_typed_comes_back(browser, member):
    money.fill(member, 5000)

    page = withdraw(browser, "1e9", destination="IBAN 98 76").text

    assert 'value="1e9"' in page
    assert 'value="IBAN 98 76"' in page
    assert 'value="one"' in page


def test_an_unknown_provider_is_refused(browser):
    assert browser.post("/wallet/top-up", data={"amount": "7", "provider": "gold"}).status_code == 422


def test_the_same_key_with_another_amount_is_a_conflict(browser, member):
    browser.post("/wallet/top-up", data={"amount": "7", "key": "one"})

    answer = browser.post("/wallet/top-up", data={"amount": "8", "key": "one"})

    assert answer.status_code == 409
    assert 'data-code="key_reused"' in answer.text
    assert money.balance(member) == 700


def test_more_than_the_balance_is_a_conflict_in_words(browser, member):
    money.fill(member, 1000)

    answer = withdraw(browser, "10.01")

    assert answer.status_code == 409
    assert 'data-code="not_enough_money"' in answer.text
    assert "The wallet holds $10.00; this needs $10.01." in answer.text
    assert money.balance(member) == 1000


def test_a_withdrawal_needs_a_place_to_go(browser, member):
    money.fill(member, 1000)

    page = withdraw(browser, "5", destination=" ")

    assert page.status_code == 422
    assert 'id="destination-error"' in page.text


def test_a_double_click_takes_out_once_and_it_can_be_cancelled(browser, member):
    money.fill(member, 2000)
    assert [withdraw(browser).status_code for _click in range(2)] == [303, 303]
    assert money.balance(member) == 750
    cancel = re.search(r'action="(/wallet/withdrawals/\d+/cancel)"', browser.get("/wallet").text).group(1)

    assert [browser.post(cancel).status_code for _click in range(2)] == [303, 303]

    assert money.balance(member) == 2000
    assert money.problems() == []


def test_another_members_withdrawal_looks_missing(browser, member, as_member):
    money.fill(member, 2000)
    withdraw(browser)
    cancel = re.search(r'action="(/wallet/withdrawals/\d+/cancel)"', browser.get("/wallet").text).group(1)

    assert as_member(make.member()).post(cancel).status_code == 404
    assert as_member(None).post(cancel).status_code == 303
    assert money.balance(member) == 750


@pytest.mark.parametrize("send", [lambda browser: browser.get("/wallet/withdraw"), withdraw])
def test_money_leaves_only_after_the_password_was_typed_recently(browser, member, send):
    money.fill(member, 2000)
    with writing():
        db.session.execute(update(SignIn).values(confirmed_at=now() - timedelta(hours=1)))

    answer = send(browser)

    assert answer.status_code == 303
    assert answer.location == "/confirm?next=/wallet/withdraw"
    assert money.balance(member) == 2000


def test_asking_again_and_again_is_slowed_down(app, browser):
    codes = [browser.post("/wallet/top-up", data={"amount": "1"}).status_code for _click in range(31)]

    assert codes == [303] * 30 + [429]
