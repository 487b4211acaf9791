"""Feedback: who may say what of whom, when it is read, and what stays where it was removed."""

import pytest
from sqlalchemy import select

from core.db import db
from core.jobs import run_all
from forum.boards.models import Board
from forum.moderation.models import Report
from forum.notices.models import Notice
from forum.threads.models import Post
from shop.feedback.models import Feedback, FeedbackCase, Trade
from shop.orders import commands
from shop.orders.models import OrderLine
from tests import make
from tests.shop.buying import buy

SAID = {"stars": "4", "body": "Came fast and well packed."}


@pytest.fixture
def delivered(offer, seller, buyer):
    """An order that the buyer has received."""
    order = buy(offer, buyer)
    commands.ship(order, actor=seller)
    return commands.receive(order, actor=buyer)


@pytest.fixture
def say(as_member):
    def post(order, who, **said):
        line = db.session.scalar(select(OrderLine.id).where(OrderLine.order_id == order.id))
        return as_member(who).post(f"/orders/{order.number}/lines/{line}/feedback", data=SAID | said)

    return post


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(Feedback).order_by(Feedback.id).execution_options(populate_existing=True)))


def thread_page(as_member, who, offer):
    thread = db.session.scalar(select(Post.thread_id).where(Post.post_no == 1))
    return as_member(who).get(f"/t/{thread}").text


def test_nobody_reads_the_first_before_the_second_is_written(say, as_member, delivered, seller, buyer, worker):
    assert say(delivered, buyer).status_code == 303
    worker()

    for who in (seller, make.member(), None):
        assert "Came fast" not in as_member(who).get(f"/m/{seller.username}/feedback").text
        assert as_member(who).get(f"/feedback/{rows()[0].id}").status_code == 404
    assert "Came fast" not in as_member(seller).get(f"/orders/{delivered.number}/feedback").text
    assert "Came fast" in as_member(buyer).get(f"/orders/{delivered.number}/feedback").text

    assert say(delivered, seller, body="Paid at once.", stars="5").status_code == 303
    worker()

    assert "Came fast" in as_member(None).get(f"/m/{seller.username}/feedback").text
    assert "Paid at once" in as_member(None).get(f"/m/{buyer.username}/feedback").text


def test_after_thirty_days_what_one_side_wrote_is_read_and_the_other_comes_too_late(
    say, as_member, delivered, seller, buyer, clock, worker
):
    say(delivered, buyer)
    clock.travel(days=30)

    assert "Came fast" in as_member(None).get(f"/m/{seller.username}/feedback").text  # by the clock, without a job
    answer = say(delivered, seller)
    assert (answer.status_code, "too_late" in answer.text) == (409, True)
    run_all()
    worker()
    assert "Came fast" in thread_page(as_member, None, delivered)
    assert len(rows()) == 1


def test_a_shown_review_is_a_post_of_the_thread_with_its_stars(say, as_member, delivered, seller, buyer, worker):
    say(delivered, buyer)
    say(delivered, seller)
    worker()
    worker()

    posts = list(db.session.scalars(select(Post).where(Post.post_no > 1)))
    assert [(post.author_id, post.body) for post in posts] == [(buyer.id, SAID["body"])]
    page = thread_page(as_member, None, delivered)
    assert "Verified purchase" in page
    assert "4 stars of five" in page


def test_a_review_needs_a_delivered_order(say, offer, seller, buyer):
    order = buy(offer, buyer)
    for step in (None, commands.ship):
        if step:
            step(order, actor=seller)
        answer = say(order, buyer)
        assert (answer.status_code, "not_delivered" in answer.text) == (409, True)
    assert rows() == []


def test_an_undone_order_takes_no_feedback(say, offer, seller, buyer):
    order = buy(offer, buyer)
    commands.cancel(order, actor=buyer)
    assert say(order, buyer).status_code == 409


@pytest.mark.parametrize("stars", ["", "0", "6", "٣", "five", "-1"])
def test_stars_are_one_to_five(say, delivered, buyer, stars):
    answer = say(delivered, buyer, stars=stars)
    assert (answer.status_code, "Choose one to five stars" in answer.text, rows()) == (422, True, [])


def test_a_double_click_says_it_once(say, delivered, buyer):
    assert [say(delivered, buyer).status_code for _ in range(2)] == [303, 303]
    assert len(rows()) == 1


def test_others_find_nothing_of_the_order(say, delivered):
    assert say(delivered, make.member()).status_code == 404


def both(say, order, buyer, seller, worker):
    say(order, buyer)
    say(order, seller, body="Fine.")
    worker()
    return rows()[0]


def test_the_one_it_is_about_replies_once(say, as_member, delivered, seller, buyer, worker):
    review = both(say, delivered, buyer, seller, worker)
    answers = [
        as_member(seller).post(f"/feedback/{review.id}/reply", data={"body": text}).status_code for text in "aab"
    ]
    assert answers == [303, 303, 409]
    assert as_member(buyer).post(f"/feedback/{review.id}/reply", data={"body": "x"}).status_code == 403
    assert rows()[0].reply == "a"


def test_a_reported_review_is_removed_with_a_reason_that_everyone_reads(
    say, as_member, delivered, seller, buyer, worker
):
    review = both(say, delivered, buyer, seller, worker)
    as_member(seller).post(f"/feedback/{review.id}/report", data={"reason": "Insults"})
    case = db.session.scalar(select(FeedbackCase))
    operator = as_member(make.operator())

    refused = operator.post(f"/feedback/cases/{case.id}/uphold", data={"reason": ""})
    assert (refused.status_code, rows()[0].removed_at) == (409, None)
    assert operator.post(f"/feedback/cases/{case.id}/uphold", data={"reason": "It insults people"}).status_code == 303
    worker()

    for page in (as_member(None).get(f"/m/{seller.username}/feedback").text, thread_page(as_member, None, delivered)):
        assert "It insults people" in page
        assert "Came fast" not in page
    assert db.session.scalar(select(Notice).where(Notice.member_id == buyer.id, Notice.address == review.address))


def test_an_appeal_goes_to_another_operator_and_brings_it_back(say, as_member, delivered, seller, buyer, worker):
    review = both(say, delivered, buyer, seller, worker)
    first, second = make.operator(), make.operator()
    as_member(seller).post(f"/feedback/{review.id}/report", data={"reason": "Insults"})
    report = db.session.scalar(select(FeedbackCase))
    as_member(first).post(f"/feedback/cases/{report.id}/uphold", data={"reason": "Rude"})
    assert as_member(seller).post(f"/feedback/{review.id}/appeal", data={"reason": "No"}).status_code == 403
    assert as_member(buyer).post(f"/feedback/{review.id}/appeal", data={"reason": "It is true"}).status_code == 303
    appeal = db.session.scalar(select(FeedbackCase).where(FeedbackCase.kind == "appeal"))

    assert as_member(first).post(f"/feedback/cases/{appeal.id}/uphold").status_code == 403
    assert as_member(second).post(f"/feedback/cases/{appeal.id}/uphold").status_code == 303
    worker()

    assert rows()[0].removed_at is None
    assert "Came fast" in thread_page(as_member, None, delivered)


def test_a_moderator_cannot_delete_a_review_without_a_reason(say, as_member, delivered, seller, buyer, worker):
    review = both(say, delivered, buyer, seller, worker)
    moderator = as_member(make.member(of=db.session.scalar(select(Board)), role="moderator"))
    answer = moderator.post(f"/posts/{review.post_id}/delete")
    assert (answer.status_code, "reason_needed" in answer.text, rows()[0].removed_at) == (409, True, None)

    as_member(seller).post(f"/posts/{review.post_id}/report", data={"reason": "Insults"})
    report = db.session.scalar(select(Report.id))
    assert moderator.post(f"/moderation/reports/{report}/uphold", data={"reason": "Against rule 2"}).status_code == 303
    assert "Against rule 2" in thread_page(as_member, None, delivered)


def test_the_author_takes_a_review_back_and_its_place_says_so(say, as_member, delivered, seller, buyer, worker):
    review = both(say, delivered, buyer, seller, worker)
    assert as_member(buyer).post(f"/posts/{review.post_id}/delete").status_code == 303
    page = as_member(None).get(f"/m/{seller.username}/feedback").text
    assert "took this feedback back" in page
    assert "Came fast" not in page


def test_a_trade_counts_when_both_confirmed_it(as_member, app):
    one, other = make.member(), make.member()
    form = {"to": other.username, "what": "A lens for a tripod", "key": "k"}
    strangers = as_member(one).post("/trades", data=form)
    assert (strangers.status_code, db.session.scalar(select(Trade))) == (422, None)

    talk = make.talk(one, other)
    as_member(other).post(f"/messages/{talk.id}/replies", data={"body": "Deal"})
    assert [as_member(one).post("/trades", data=form).status_code for _ in range(2)] == [303, 303]
    [trade] = db.session.scalars(select(Trade))
    assert as_member(one).post(f"/trades/{trade.id}/feedback", data=SAID).status_code == 409
    assert as_member(one).post(f"/trades/{trade.id}/confirm").status_code == 403
    assert as_member(other).post(f"/trades/{trade.id}/confirm").status_code == 303
    for who in (one, other):
        assert as_member(who).post(f"/trades/{trade.id}/feedback", data=SAID).status_code == 303
    assert "Came fast" in as_member(None).get(f"/m/{one.username}/feedback").text
    assert as_member(make.member()).get(f"/trades/{trade.id}").status_code == 404


def test_who_writes_second_is_told_that_both_can_be_read_now(as_member, delivered, seller, buyer):
    browsers = {who: as_member(who) for who in (buyer, seller)}
    line = db.session.scalar(select(OrderLine.id).where(OrderLine.order_id == delivered.id))

    for who, told in ((buyer, False), (seller, True)):
        browsers[who].post(f"/orders/{delivered.number}/lines/{line}/feedback", data=SAID)
        assert ("You have both written" in browsers[who].get(f"/orders/{delivered.number}/feedback").text) is told
