"""The operator's desk: who may see it, deciding once, and whether the books foot."""

import re

import pytest
from sqlalchemy import update

from core.db import db, writing
from shop.ledger.models import Account
from shop.payments import commands
from shop.payments.providers import BankTransfer
from shop.payments.rules import Asked
from tests import make
from tests.conftest import reload
from tests.shop import money

PATHS = ["/admin", "/admin/books"]
ACTIONS = [f"/admin/{kind}/1/{verb}" for kind in ("top-ups", "withdrawals") for verb in ("settle", "refuse")]


@pytest.fixture
def desk(as_member):
    return as_member(make.operator())


@pytest.fixture
def member(app):
    row = make.member()
    money.fill(row, 5000)
    return row


def top_up(member, amount=2500):
    return commands.ask_top_up(member, Asked(amount, "USD", f"k{amount}"), BankTransfer())


def withdrawal(member, amount=1200):
    return commands.ask_withdrawal(member, Asked(amount, "USD", f"k{amount}"), "IBAN 12")


@pytest.mark.parametrize("path", PATHS)
def test_the_desk_is_not_there_for_others(as_member, path):
    assert as_member(make.member()).get(path).status_code == 404
    assert as_member(None).get(path).status_code == 302


@pytest.mark.parametrize("path", ACTIONS)
def test_others_decide_nothing(as_member, member, path):
    rows = top_up(member), withdrawal(member)
    path = path.replace("/1/", f"/{rows['withdrawals' in path].id}/")

    assert as_member(member).post(path, data={"reason": "I say so"}).status_code == 404
    assert as_member(None).post(path, data={"reason": "I say so"}).status_code == 303
    assert [reload(row).state for row in rows] == ["waiting", "waiting"]


def test_an_empty_desk_says_so(desk):
    page = desk.get("/admin").text

    assert page.count("Nothing waits here") == 2
    assert "The books foot" in page


def test_the_desk_shows_what_waits_and_how_the_books_stand(desk, member):
    row = top_up(member)
    withdrawal(member)

    page = desk.get("/admin").text

    assert row.reference in page
    assert "IBAN 12" in page
    assert member.username in page
    assert "$38.00" in page
    assert "$50.00" in page
    assert "The books foot" in page


def test_the_desk_costs_at_most_eight_statements(desk, count_queries):
    for number in range(4):
        owner = make.member()
        money.fill(owner, 5000)
        top_up(owner, 100 + number)
        withdrawal(owner, 200 + number)
    desk.get("/admin")

    with count_queries() as sent:
        desk.get("/admin")

    assert len(sent) <= 8


def test_the_proof_costs_at_most_eight_statements(desk, member, count_queries):
    with count_queries() as sent:
        desk.get("/admin/books")
    assert len(sent) <= 8


@pytest.mark.parametrize(("kind", "make_one", "left"), [("top-ups", top_up, 7500), ("withdrawals", withdrawal, 3800)])
def test_settling_twice_settles_once(desk, member, kind, make_one, left):
    row = make_one(member)

    answers = [desk.post(f"/admin/{kind}/{row.id}/settle") for _click in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/admin")] * 2
    assert money.balance(member) == left
    assert money.problems() == []


@pytest.mark.parametrize(("kind", "make_one"), [("top-ups", top_up), ("withdrawals", withdrawal)])
def test_a_refusal_needs_a_reason_and_gives_back_what_left(desk, member, kind, make_one):
    row = make_one(member)
    assert desk.post(f"/admin/{kind}/{row.id}/refuse", data={"reason": " "}).status_code == 422

    answers = [desk.post(f"/admin/{kind}/{row.id}/refuse", data={"reason": "No such account"}) for _click in range(2)]
    late = desk.post(f"/admin/{kind}/{row.id}/settle")

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (late.status_code, 'data-code="already_decided"' in late.text) == (409, True)
    assert (reload(row).reason, money.balance(member)) == ("No such account", 5000)


@pytest.mark.parametrize("number", ["999", "99999999999999999999"])
@pytest.mark.parametrize("kind", ["top-ups", "withdrawals"])
def test_what_does_not_exist_cannot_be_decided(desk, kind, number):
    assert desk.post(f"/admin/{kind}/{number}/settle").status_code == 404


def test_the_books_page_proves_them_and_names_mistakes(desk, member):
    assert "All is right: 2 accounts, 1 transfers." in desk.get("/admin/books").text
    with writing():
        db.session.execute(update(Account).where(Account.kind == "wallet").values(balance=5001))

    assert "its transfers make $50.00" in desk.get("/admin/books").text
    assert 'data-code="books_wrong"' in desk.get("/admin").text


def test_a_settled_request_leaves_the_desk(desk, member):
    row = withdrawal(member)
    pattern = rf"/admin/withdrawals/{row.id}/settle"
    assert re.search(pattern, desk.get("/admin").text)

    desk.post(pattern)

    assert not re.search(pattern, desk.get("/admin").text)
    assert reload(row).state == "paid"
