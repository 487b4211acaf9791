"""Disputes, through the pages of buyer, seller and arbiter: money waits, moves as decided, and only once."""

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Missing
from core.jobs import run_all
from forum.messages.models import Message
from forum.notices.models import Notice
from forum.pictures.models import Picture
from forum.pictures.queries import picture_for
from shop.disputes.models import Arbiter, Dispute, DisputeEvidence, EvidencePicture, Verdict
from shop.ledger.proof import books_foot
from shop.orders import commands
from shop.shipments.commands import send_rest
from tests import make
from tests.shop.buying import again, buy, house, money

CLAIM = {"reason": "damaged", "amount": "10", "body": "The glass is broken.", "key": "claim"}


@pytest.fixture
def sent(offer, seller, buyer):
    """25.00, paid from the wallet and sent."""
    order = buy(offer, buyer)
    return send_rest(order, actor=seller, tracking="ZZ1")


@pytest.fixture
def arbiter(app):
    return make.operator()


@pytest.fixture
def claim(as_member, buyer):
    def post(order, **said):
        return as_member(buyer).post(f"/orders/{order.number}/dispute", data=CLAIM | said)

    return post


@pytest.fixture
def do(as_member):
    """`do(who, "call")` posts a step of the only dispute; the answer."""

    def post(who, step, **data):
        return as_member(who).post(f"/disputes/{dispute().id}/{step}", data=data)

    return post


def dispute():
    db.session.rollback()
    return db.session.scalar(select(Dispute).execution_options(populate_existing=True))


def to_arbiter(do, buyer, seller, arbiter):
    """Answered, called, both done, taken."""
    do(seller, "evidence", body="It was whole.", key="e")
    for who, step in ((buyer, "call"), (buyer, "done"), (seller, "done"), (arbiter, "take")):
        assert do(who, step).status_code == 303, step


def test_a_split_decision_moves_escrow_to_the_cent(claim, do, sent, buyer, seller, arbiter, worker):
    assert claim(sent).status_code == 303
    to_arbiter(do, buyer, seller, arbiter)
    assert do(arbiter, "decide", amount="8.33", reason="Both are right.").status_code == 303
    worker()
    assert (dispute().state, house()) == ("decided", (2500, 0))  # three days to appeal

    assert do(buyer, "accept").status_code == 303
    assert do(seller, "accept").status_code == 303
    worker()

    order = again(sent)
    assert (dispute().state, dispute().outcome) == ("closed", "awarded")
    assert (order.state, order.payment, order.refunded, order.fee) == ("completed", "settled", 833, 83)
    assert (money(buyer), money(seller), house()) == (10_000 - 2500 + 833, 2500 - 833 - 83, (0, 83))
    assert books_foot()


def test_ten_days_do_not_settle_what_is_in_dispute(claim, do, sent, buyer, clock, worker):
    claim(sent)
    clock.travel(days=12)
    run_all()
    assert again(sent).state == "open"
    assert house() == (2500, 0)

    assert do(buyer, "withdraw").status_code == 303
    run_all()
    assert again(sent).state == "completed"
    assert house()[0] == 0


def test_the_buyer_cannot_confirm_receipt_while_disputing(claim, as_member, sent, buyer):
    claim(sent)
    answer = as_member(buyer).post(f"/orders/{sent.number}/receive")
    assert (answer.status_code, "in_dispute" in answer.text, again(sent).state) == (409, True, "open")
    assert f"/orders/{sent.number}/receive" not in as_member(buyer).get(f"/orders/{sent.number}").text


def test_a_decision_nobody_appeals_is_final_after_three_days(claim, do, sent, buyer, seller, arbiter, clock, worker):
    claim(sent)
    to_arbiter(do, buyer, seller, arbiter)
    do(arbiter, "decide", amount="25", reason="All of it.")
    worker()
    clock.travel(days=3)
    run_all()
    assert (again(sent).state, again(sent).payment, money(buyer), house()) == ("cancelled", "refunded", 10_000, (0, 0))
    assert do(buyer, "appeal", reason="Late").status_code == 409
    assert books_foot()


def test_an_appeal_goes_once_to_another_arbiter_and_is_final(claim, do, sent, buyer, seller, arbiter, worker):
    second = make.member()
    claim(sent)
    to_arbiter(do, buyer, seller, arbiter)
    do(arbiter, "decide", amount="25", reason="All of it.")
    assert do(seller, "appeal", reason="It was whole.").status_code == 303
    worker()
    assert (dispute().state, house()) == ("arbitration", (2500, 0))
    assert do(arbiter, "take").status_code == 403
    assert do(second, "take").status_code == 404

    make.saved(Arbiter(member_id=second.id, appointed_by_id=arbiter.id))
    for who, step in ((buyer, "done"), (seller, "done"), (second, "take")):
        assert do(who, step).status_code == 303
    assert do(second, "decide", amount="0", reason="It was whole indeed.").status_code == 303
    worker()

    assert do(buyer, "appeal", reason="Again").status_code == 409
    assert (dispute().outcome, again(sent).state, money(seller), house()) == ("awarded", "completed", 2375, (0, 125))
    assert [verdict.award for verdict in db.session.scalars(select(Verdict).order_by(Verdict.instance))] == [2500, 0]


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_no_side_decides_its_own_dispute(claim, do, sent, buyer, seller, side):
    person = {"buyer": buyer, "seller": seller}[side]
    with db.session.no_autoflush:
        make.saved(Arbiter(member_id=person.id, appointed_by_id=person.id))
    claim(sent)
    do(seller, "evidence", body="No.", key="e")
    do(buyer, "call")
    assert do(person, "take").status_code == 403
    assert dispute().arbiter_id is None


def test_arbiters_see_nothing_before_they_are_called(claim, do, as_member, sent, buyer, seller, arbiter, clock):
    claim(sent)
    assert as_member(arbiter).get(f"/disputes/{dispute().id}").status_code == 404
    assert do(buyer, "call").status_code == 409  # the seller has three days
    clock.travel(days=3)
    assert do(buyer, "call").status_code == 303
    assert "The glass is broken" in as_member(arbiter).get(f"/disputes/{dispute().id}").text
    assert f"/disputes/{dispute().id}" in as_member(arbiter).get("/disputes").text
    assert as_member(make.member()).get(f"/disputes/{dispute().id}").status_code == 404


def test_a_dispute_nobody_ends_reaches_an_arbiter_by_the_clock(claim, do, as_member, sent, arbiter, clock):
    claim(sent)
    clock.travel(days=14)
    assert as_member(arbiter).get(f"/disputes/{dispute().id}").status_code == 200  # without a job
    assert do(arbiter, "take").status_code == 303
    assert (dispute().state, dispute().arbiter_id) == ("arbitration", arbiter.id)
    assert do(arbiter, "decide", amount="1", reason="Too soon").status_code == 409


def test_the_two_can_settle_it_themselves(claim, do, sent, buyer, seller):
    claim(sent)
    assert do(seller, "offer", amount="5").status_code == 303
    assert do(buyer, "agree", offered="400").status_code == 409  # not what is offered
    assert [do(buyer, "agree", offered="500").status_code for _ in range(2)] == [303, 303]
    assert (dispute().outcome, again(sent).refunded, house()) == ("agreed", 500, (0, 100))
    assert books_foot()


def test_what_the_seller_gives_back_meanwhile_counts_towards_the_award(
    claim, do, sent, buyer, seller, arbiter, clock, worker
):
    claim(sent)
    to_arbiter(do, buyer, seller, arbiter)
    do(arbiter, "decide", amount="10", reason="A part.")
    commands.refund(again(sent), actor=seller, amount=400, reason="", key="own")
    clock.travel(days=3)
    run_all()
    assert (again(sent).refunded, house()[0]) == (1000, 0)


def test_a_full_refund_ends_the_dispute(claim, sent, seller, worker):
    claim(sent)
    commands.refund(again(sent), actor=seller, amount=None, reason="", key="all")
    worker()
    assert (dispute().state, dispute().outcome, again(sent).state) == ("closed", "settled", "cancelled")


def test_after_the_settlement_the_award_comes_from_the_seller_and_waits_for_the_money(
    claim, do, sent, buyer, seller, arbiter, clock, worker
):
    commands.receive(sent, actor=buyer)
    spent = buy(make.offer(price=2000), seller)  # the seller spends what was earned
    assert money(seller) == 375
    claim(sent)
    to_arbiter(do, buyer, seller, arbiter)
    do(arbiter, "decide", amount="10", reason="A part.")
    clock.travel(days=3)
    run_all()
    assert (dispute().state, again(sent).refunded) == ("decided", 0)

    commands.cancel(spent, actor=seller)
    run_all()
    assert (dispute().outcome, again(sent).refunded, again(sent).fee) == ("awarded", 1000, 75)
    assert books_foot()


@pytest.mark.parametrize(
    ("story", "code"),
    [("cancelled", "order_closed"), ("refunded", "order_closed"), ("old", "too_late"), ("unsent", "cancel_instead")],
)
def test_a_dispute_that_cannot_be_is_refused_in_words(claim, offer, buyer, seller, clock, story, code):
    order = buy(offer, buyer)
    if story == "cancelled":
        commands.cancel(order, actor=buyer)
    if story == "refunded":
        commands.refund(order, actor=seller, amount=None, reason="", key="r")
    if story == "old":
        commands.receive(order, actor=buyer)
        clock.travel(days=30)
    answer = claim(order)
    assert (answer.status_code, code in answer.text, dispute()) == (409, True, None)


@pytest.mark.parametrize("amount", ["0", "-1", "25.01", "1e3", "", "99999999999999999999"])
def test_what_is_asked_back_is_at_most_what_was_paid(claim, sent, amount):
    assert (claim(sent, amount=amount).status_code, dispute()) == (422, None)


def test_only_the_buyer_opens_one_and_a_double_click_opens_it_once(claim, as_member, sent, seller):
    assert as_member(seller).post(f"/orders/{sent.number}/dispute", data=CLAIM).status_code == 403
    assert [claim(sent).status_code for _ in range(2)] == [303, 303]
    assert len(list(db.session.scalars(select(DisputeEvidence.kind)))) == 2  # the words and the tracking


def test_only_chosen_messages_are_shown_and_only_with_consent(claim, do, as_member, sent, buyer, seller, arbiter):
    talk = make.talk(buyer, seller, said="Is it new?")
    as_member(seller).post(f"/messages/{talk.id}/replies", data={"body": "Brand new, promised."})
    as_member(buyer).post(f"/messages/{talk.id}/replies", data={"body": "My phone number is 555."})
    claim(sent)

    assert do(buyer, "messages", message="2").status_code == 422
    assert do(buyer, "messages", message="2", agrees="y").status_code == 303
    do(seller, "evidence", body="So what.", key="e")
    do(buyer, "call")
    page = as_member(arbiter).get(f"/disputes/{dispute().id}").text
    assert "Brand new, promised." in page
    assert "555" not in page

    message = db.session.scalar(select(Message).where(Message.message_no == 2))
    as_member(seller).post(f"/messages/{talk.id}/{message.message_no}/delete")
    assert "Brand new, promised." in as_member(arbiter).get(f"/disputes/{dispute().id}").text


def test_pictures_of_evidence_are_for_those_who_see_the_dispute(claim, as_member, sent, buyer, seller, arbiter):
    picture = make.saved(Picture(key="brokenglass", owner_id=buyer.id, width=1, height=1, bytes=1))
    claim(sent, body=f"Look ![]({picture.address})")
    assert db.session.scalar(select(EvidencePicture.key)) == "brokenglass"

    assert picture_for(seller, "brokenglass").picture.id == picture.id
    with pytest.raises(Missing):
        picture_for(arbiter, "brokenglass")


def test_each_step_is_told_to_the_other_side(claim, do, sent, buyer, seller, arbiter, worker):
    claim(sent)
    to_arbiter(do, buyer, seller, arbiter)
    worker()
    steps = {}
    for notice in db.session.scalars(select(Notice).where(Notice.kind == "dispute").order_by(Notice.id)):
        steps.setdefault(notice.member_id, []).append(notice.facts["step"])
    assert {"opened", "called"} <= set(steps[seller.id])
    assert {"answered", "taken"} <= set(steps[buyer.id])
    assert steps[arbiter.id] == ["to_judge"]
