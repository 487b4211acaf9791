"""Members are told what became of their requests, in words and once."""

import pytest
from sqlalchemy import select

from core.db import db
from forum.notices.models import Notice
from forum.notices.sentences import sentence
from shop.payments import commands
from shop.payments.consumers import tell_decided
from shop.payments.events import TopUpDecided
from shop.payments.providers import BankTransfer, Sandbox
from shop.payments.rules import Asked
from tests import make
from tests.shop import money


def told(member):
    db.session.rollback()
    return [sentence(row) for row in db.session.scalars(select(Notice).filter_by(member_id=member.id))]


@pytest.fixture
def member(app):
    row = make.member()
    money.fill(row, 5000)
    return row


def top_up(member, provider):
    return commands.ask_top_up(member, Asked(2500, "USD", "k"), provider)


def withdrawal(member):
    return commands.ask_withdrawal(member, Asked(1200, "USD", "k"), "IBAN 12")


def test_a_settled_top_up_is_told_once(member, worker):
    row = top_up(member, BankTransfer())
    commands.settle_top_up(row.id, make.operator())
    worker()
    with money.writing():
        tell_decided(TopUpDecided(row.id))

    assert told(member) == ["$25.00 arrived and is in your wallet."]


def test_a_refused_top_up_is_told_with_its_reason(member, worker):
    commands.refuse_top_up(top_up(member, BankTransfer()).id, make.operator(), "No money came.")
    worker()

    assert told(member) == ["Your top-up of $25.00 was refused: No money came."]


def test_a_paid_withdrawal_is_told(member, worker):
    commands.settle_withdrawal(withdrawal(member).id, make.operator())
    worker()

    assert told(member) == ["Your withdrawal of $12.00 was paid."]


def test_a_refused_withdrawal_is_told_with_its_reason(member, worker):
    commands.refuse_withdrawal(withdrawal(member).id, make.operator(), "No such account.")
    worker()

    assert told(member) == ["Your withdrawal of $12.00 was refused and is back in your wallet: No such account."]


def test_nobody_is_told_what_they_just_did_themselves(member, worker):
    top_up(member, Sandbox())
    commands.cancel_withdrawal(withdrawal(member).id, member)
    worker()

    assert told(member) == []
