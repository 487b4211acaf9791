"""Large sums are settled by two operators, and corrections always are."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db, writing
from core.settings import SettingsError, load
from shop.approvals.models import Approval
from shop.corrections import commands as corrections
from shop.corrections.models import Correction
from shop.corrections.rules import Proposal
from shop.ledger import queries as ledger
from shop.ledger.models import Transfer
from shop.payments import commands
from shop.payments.ageing import ageing
from shop.payments.models import Withdrawal
from shop.payments.providers import BankTransfer
from shop.payments.rules import Asked
from tests import make
from tests.conftest import reload
from tests.shop import money

LARGE, SMALL = 100_001, 100_000  # the default limit is 1000.00


@pytest.fixture
def first(app):
    return make.operator()


@pytest.fixture
def second(app):
    return make.operator()


@pytest.fixture
def member(app):
    row = make.member()
    money.fill(row, 500_000)
    return row


def withdrawal(member, amount=LARGE):
    return commands.ask_withdrawal(member, Asked(amount, "USD", f"k{amount}"), "IBAN 12")


def top_up(member, amount=LARGE):
    return commands.ask_top_up(member, Asked(amount, "USD", f"k{amount}"), BankTransfer())


def settle(as_member, operator, kind, row):
    return as_member(operator).post(f"/admin/{kind}/{row.id}/settle")


@pytest.mark.parametrize(
    ("kind", "make_one", "done"), [("withdrawals", withdrawal, "paid"), ("top-ups", top_up, "settled")]
)
def test_a_large_sum_needs_a_second_person_who_is_not_the_first(as_member, member, first, second, kind, make_one, done):
    row = make_one(member)

    answers = [settle(as_member, first, kind, row) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert reload(row).state == "waiting"
    assert "needs a second person" in as_member(second).get("/admin").text

    settle(as_member, second, kind, row)

    assert (reload(row).state, row.decided_by_id) == (done, second.id)
    assert db.session.scalars(select(Approval.member_id)).all() == [first.id]
    assert money.problems() == []


@pytest.mark.parametrize(("kind", "make_one"), [("withdrawals", withdrawal), ("top-ups", top_up)])
def test_up_to_the_limit_one_person_is_enough(as_member, member, first, kind, make_one):
    row = make_one(member, SMALL)

    settle(as_member, first, kind, row)

    assert reload(row).state != "waiting"
    assert db.session.scalars(select(Approval)).all() == []


def test_an_operators_own_large_request_is_for_others(as_member, first, second):
    money.fill(first, 500_000)
    row = withdrawal(first)

    answer = settle(as_member, first, "withdrawals", row)

    assert (answer.status_code, 'data-code="own_request"' in answer.text) == (403, True)
    settle(as_member, second, "withdrawals", row)
    assert settle(as_member, first, "withdrawals", row).status_code == 403
    assert reload(row).state == "waiting"


def test_one_person_is_enough_to_refuse_even_after_an_approval(as_member, member, first, second):
    row = withdrawal(member)
    settle(as_member, first, "withdrawals", row)

    as_member(second).post(f"/admin/withdrawals/{row.id}/refuse", data={"reason": "No such account"})
    late = settle(as_member, first, "withdrawals", row)

    assert (reload(row).state, late.status_code) == ("refused", 409)
    assert money.balance(member) == 500_000


def test_two_operators_at_once_are_first_and_second(app, member, first, second):
    row = withdrawal(member)

    money.at_once(app, lambda who: commands.settle_withdrawal(row.id, who, 0).id, [first, second])

    assert reload(row).state == "paid"
    approved = db.session.scalars(select(Approval.member_id)).one()
    assert {approved, row.decided_by_id} == {first.id, second.id}


@pytest.mark.parametrize(("value", "expected"), [("", "1000"), ("0", "0"), ("250.50", "250.50"), ("off", None)])
def test_the_limit_is_a_setting(tmp_path, value, expected):
    found = load({"BOARDWALK_DATA": str(tmp_path), "BOARDWALK_TWO_PERSONS_ABOVE": value}).alone_up_to
    assert (found if found is None else str(found)) == expected


@pytest.mark.parametrize("value", ["-1", "NaN", "much", "1e30"])
def test_a_wrong_limit_stops_the_start(tmp_path, value):
    with pytest.raises(SettingsError, match="TWO_PERSONS"):
        load({"BOARDWALK_DATA": str(tmp_path), "BOARDWALK_TWO_PERSONS_ABOVE": value})


def proposed(operator, kind, member=None, amount=700, **given):
    said = {"reason": "Typed twice", "key": "k", **given}
    return corrections.propose(operator, Proposal(kind, member and member.id, amount, "USD", **said))


@pytest.mark.parametrize(
    ("kind", "wallet", "fees"),
    [
        ("found", 700, 0), ("lost", -700, 0), ("goodwill", 700, -700), ("charge", -700, 700), ("taken", 0, -700),
        ("added", 0, 700),
    ],
)  # fmt: skip
def test_each_kind_of_correction_is_a_transfer_of_its_own(member, first, second, worker, kind, wallet, fees):
    money.move("outside:USD", "fees:USD", 1000, kind="fee")
    row = proposed(first, kind, member if wallet else None)
    assert money.balance(member) == 500_000

    for _click in range(2):
        corrections.make(row.id, second)

    assert (money.balance(member) - 500_000, ledger.sums("USD")["fees"] - 1000) == (wallet, fees)
    made = db.session.scalars(select(Transfer).where(Transfer.kind == "correction")).one()
    assert made.reference == f"correction:{row.id}"
    assert money.problems() == []


def test_the_member_reads_why(as_member, member, first, second, worker):
    row = proposed(first, "lost", member)
    corrections.make(row.id, second)
    worker()

    page = as_member(member).get("/notices").text

    assert re.search(r"Your wallet was corrected by −\$7\.00: Typed twice", page)
    assert "Correction" in as_member(member).get("/wallet").text


def test_the_second_person_is_not_the_first_and_nobody_corrects_their_own(as_member, member, first, second):
    row, own = proposed(first, "found", member), proposed(first, "found", second, key="other")

    alone = as_member(first).post(f"/admin/corrections/{row.id}/make")
    mine = as_member(second).post(f"/admin/corrections/{own.id}/make")
    form = {"kind": "found", "member": second.username, "amount": "5", "reason": "Mine", "key": "x"}
    for_me = as_member(second).post("/admin/corrections", data=form)

    assert (alone.status_code, 'data-code="second_person"' in alone.text) == (403, True)
    assert (mine.status_code, 'data-code="own_wallet"' in mine.text) == (403, True)
    assert (for_me.status_code, 'data-code="own_wallet"' in for_me.text) == (403, True)
    assert {reload(row).state, reload(own).state} == {"waiting"}


def test_the_database_itself_knows_that_two_are_two(member, first):
    row = proposed(first, "found", member)

    with pytest.raises(IntegrityError), writing():
        db.session.execute(update(Correction).values(state="made", decided_by_id=row.proposed_by_id))


def test_a_correction_is_proposed_and_made_in_the_browser(as_member, member, first, second):
    form = {"kind": "lost", "member": member.username, "amount": "7.00", "reason": "Typed twice", "key": "one"}
    answers = [as_member(first).post("/admin/corrections", data=form) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    [row] = db.session.scalars(select(Correction)).all()
    assert f"/admin/corrections/{row.id}/make" not in as_member(first).get("/admin/corrections").text
    assert f"/admin/corrections/{row.id}/make" in as_member(second).get("/admin/corrections").text

    as_member(second).post(f"/admin/corrections/{row.id}/make")
    dropped = as_member(first).post(f"/admin/corrections/{row.id}/drop")

    assert dropped.status_code == 409
    page = as_member(first).get("/admin/corrections").text
    assert f"Proposed by {first.username}, decided by {second.username}" in page
    assert money.balance(member) == 499_300


@pytest.mark.parametrize(
    "change",
    [
        {"reason": " "}, {"amount": "0"}, {"amount": "-1"}, {"kind": "gift"}, {"member": ""}, {"member": "nobody-here"},
        {"kind": "taken"},
    ],
)  # fmt: skip
def test_an_odd_proposal_is_told_at_its_field(as_member, member, first, change):
    form = {"kind": "lost", "member": member.username, "amount": "7", "reason": "Typed twice", "key": "one"} | change

    answer = as_member(first).post("/admin/corrections", data=form)

    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert db.session.scalars(select(Correction)).all() == []


def test_a_correction_beyond_what_is_there_is_refused_and_waits_on(as_member, member, first, second):
    row = proposed(first, "lost", member, amount=500_001)

    answer = as_member(second).post(f"/admin/corrections/{row.id}/make")

    assert (answer.status_code, 'data-code="not_enough_money"' in answer.text) == (409, True)
    assert reload(row).state == "waiting"
    corrections.drop(row.id, first)
    assert (reload(row).state, money.balance(member)) == ("dropped", 500_000)


def test_corrections_are_for_operators(as_member, member, first):
    row = proposed(first, "found", member)

    assert as_member(member).get("/admin/corrections").status_code == 404
    assert as_member(member).post(f"/admin/corrections/{row.id}/make").status_code == 404
    assert as_member(member).get("/admin/ageing").status_code == 404


def test_the_ageing_report_counts_by_age_and_names_what_is_late(as_member, member, first):
    old = withdrawal(member, 1000)
    clock.travel(days=5)
    withdrawal(member, 300)
    top_up(member, 400)
    with writing():
        db.session.execute(update(Withdrawal).where(Withdrawal.id == old.id).values(due_at=clock.now() - timedelta(1)))

    out, _back, into = ageing("USD")

    assert [(bucket.days, bucket.until, bucket.count, bucket.amount) for bucket in out.buckets] == [
        (0, 1, 1, 300), (1, 3, 0, 0), (3, 7, 1, 1000), (7, 30, 0, 0), (30, None, 0, 0),
    ]  # fmt: skip
    assert (out.late, out.late_amount, into.late, into.count) == (1, 1000, 0, 1)
    page = as_member(first).get("/admin/ageing").text
    assert "1 is past its day: $10.00." in page
    assert "3 to 7 days ago" in page
    assert "late" in as_member(first).get("/admin").text
