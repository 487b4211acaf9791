"""What changes feedback and trades. Each is one transaction, may be sent twice, and changes nothing when it refuses."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import NotAllowed, Refused
from core.i18n import _
from core.outbox import announce
from forum.members.models import Member
from forum.members.rules import check_can_write
from forum.pictures.addresses import keys_in
from forum.pictures.models import Picture
from forum.threads import commands as threads
from forum.threads.models import Post
from shop.feedback import queries, rules
from shop.feedback.events import FeedbackCaseMade, FeedbackChanged, FeedbackShown, FeedbackWritten, TradeChanged
from shop.feedback.models import (
    APPEAL,
    BUYER,
    CONFIRMED,
    DECLINED,
    DISMISSED,
    REPORT,
    SELLER,
    TRADER,
    UPHELD,
    WAITING,
    Feedback,
    FeedbackCase,
    FeedbackPicture,
    Trade,
)
from shop.orders.models import Order, OrderLine
from shop.orders.rules import check_key


@dataclass(frozen=True)
class Words:
    """What was typed: one to five stars and a Markdown text, pictures in it."""

    stars: int | None
    body: str


@command
def write_of_line(order: Order, line: OrderLine, words: Words, *, author: Member) -> Feedback:
    """The buyer of the thing and the seller, the seller of the buyer. A second time gives the first."""
    order, line = fresh(order), fresh(line)  # the line is the lock: of two who write at once the second sees the first
    if (made := queries.own_on(Feedback.order_line_id, line.id, author.id)) is not None:
        return made
    check_can_write(author)
    twin = queries.twin_of(Feedback.order_line_id, line.id, author.id)
    rules.check_line(order, now(), twin)
    is_buyer = author.id == order.buyer_id
    row = _words(words, author, order.seller_id if is_buyer else order.buyer_id)
    row.order_line_id, row.product_id = line.id, queries.product_id_of(line)
    row.side, row.closes_at = BUYER if is_buyer else SELLER, rules.closes_at(order, now())
    return _keep(row, twin)


@command
def write_of_trade(trade: Trade, words: Words, *, author: Member) -> Feedback:
    trade = fresh(trade)
    if (made := queries.own_on(Feedback.trade_id, trade.id, author.id)) is not None:
        return made
    check_can_write(author)
    rules.check_trade(trade, now())
    row = _words(words, author, trade.other_id if author.id == trade.proposer_id else trade.proposer_id)
    row.trade_id, row.side, row.closes_at = trade.id, TRADER, (trade.answered_at or now()) + rules.WINDOW
    return _keep(row, queries.twin_of(Feedback.trade_id, trade.id, author.id))


def _words(words: Words, author: Member, about_id: int) -> Feedback:
    rules.check_said(words.stars, keys_in(words.body))
    html = threads.render_body(words.body, author.id)
    return Feedback(author_id=author.id, about_id=about_id, stars=words.stars or 0, body=words.body, html=html)


def _keep(row: Feedback, twin: Feedback | None) -> Feedback:
    db.session.add(row)
    db.session.flush()
    _hang_pictures(row)
    announce(FeedbackWritten(row.id))
    if twin is not None:
        for one in (twin, row):
            show(one.id)
    return fresh(row)


def _hang_pictures(row: Feedback) -> None:
    """Only the author's own, still free uploads."""
    free = (Picture.owner_id == row.author_id, Picture.post_id.is_(None), Picture.message_id.is_(None))
    keys = db.session.scalars(select(Picture.key).where(Picture.key.in_(keys_in(row.body)), *free))
    db.session.add_all(FeedbackPicture(feedback_id=row.id, key=key) for key in set(keys))


@command
def show(feedback_id: int) -> bool:
    """From now on everyone reads it; once. Before that the predicate says the same, this only makes it known."""
    blind = update(Feedback).where(Feedback.id == feedback_id, Feedback.shown_at.is_(None))
    if not rows_changed(blind.values(shown_at=now())):
        return False
    announce(FeedbackShown(feedback_id))
    return True


@command
def post_review(feedback_id: int) -> Post | None:
    """The review as a post of the product's thread, by its author; None where they may not write (any more)."""
    row = db.session.get(Feedback, feedback_id)
    if row is None or not row.is_review or row.post_id is not None or row.removed_at is not None:
        return None
    author, thread = db.session.get_one(Member, row.author_id), queries.thread_of(row)
    if thread is None:
        return None
    try:
        post = threads.reply(thread, author=author, draft=threads.Draft(body=row.body, key=f"review-{row.id}"))
    except Refused:
        return None
    row.post_id = post.id
    db.session.execute(delete(FeedbackPicture).where(FeedbackPicture.feedback_id == row.id))
    return post


@command
def follow_post(post_id: int) -> None:
    """The post of a review was edited or brought back: the review says what its post says."""
    row, post = queries.by_post(post_id), db.session.get(Post, post_id)
    if row is None or post is None or post.deleted_at is not None:
        return
    was_removed = row.removed_at is not None
    row.body, row.html = post.body, post.html
    row.removed_at = row.removed_by_id = None
    row.removed_reason = ""
    announce(FeedbackChanged(row.id, "restored" if was_removed else "edited"))


@command
def reply(feedback_id: int, body: str, *, member: Member) -> Feedback:
    """The one it is about answers, once."""
    row = fresh(queries.feedback_for(member, feedback_id))
    if row.replied_at is not None and row.about_id == member.id:
        if row.reply == body:
            return row
        raise Refused("replied_already", _("You have replied already; a reply is written once."))
    check_can_write(member)
    rules.check_reply(row, member, now())
    row.reply, row.reply_html, row.replied_at = body, threads.render_body(body, member.id), now()
    announce(FeedbackChanged(row.id, "replied"))
    return row


@command
def report(feedback_id: int, reason: str, *, member: Member) -> FeedbackCase:
    """To the operators. The same member's second report is the first one."""
    row = queries.feedback_for(member, feedback_id)
    if (made := _case_of(row, REPORT, member)) is not None:
        return made
    check_can_write(member)
    rules.check_report(row, member)
    return _make_case(row, REPORT, member, reason)


@command
def appeal(feedback_id: int, reason: str, *, member: Member) -> FeedbackCase:
    """Once, by the author, to an operator who did not remove it."""
    row = fresh(queries.feedback_for(member, feedback_id))
    if (made := _case_of(row, APPEAL, member)) is not None:
        return made
    check_can_write(member)
    rules.check_appeal(row, member)
    return _make_case(row, APPEAL, member, reason)


def _case_of(row: Feedback, kind: str, member: Member) -> FeedbackCase | None:
    return db.session.scalar(select(FeedbackCase).filter_by(feedback_id=row.id, kind=kind, member_id=member.id))


def _make_case(row: Feedback, kind: str, member: Member, reason: str) -> FeedbackCase:
    made = FeedbackCase(feedback_id=row.id, kind=kind, member_id=member.id, reason=reason)
    db.session.add(made)
    db.session.flush()
    announce(FeedbackCaseMade(made.id))
    return made


@command
def decide(case_id: int, upheld: bool, reason: str, *, operator: Member) -> None:
    """A report that is upheld removes the feedback with this reason; an appeal that is upheld brings it back."""
    case = fresh(queries.case_for(operator, case_id))
    state = UPHELD if upheld else DISMISSED
    if case.state != WAITING:
        if case.state != state:
            raise Refused("already_decided", _("This has been decided already."))
        return
    row = fresh(db.session.get_one(Feedback, case.feedback_id))
    if operator.id in (row.author_id, row.about_id, case.member_id):
        raise NotAllowed("a_party", _("It is about you or by you, so somebody else has to decide."))
    if case.kind == APPEAL and operator.id == row.removed_by_id:
        raise NotAllowed("decided_before", _("You removed it, so somebody else has to decide the appeal."))
    case.state, case.decided_by_id, case.decided_at = state, operator.id, now()
    if upheld and case.kind == REPORT:
        remove(row, reason, operator=operator)
    elif upheld:
        bring_back(row, operator=operator)


@command
def remove(row: Feedback, reason: str, *, operator: Member) -> None:
    """Its words go, its place stays with the reason for everyone. All reports about it are answered."""
    if row.removed_at is not None:
        return
    rules.check_remove(row, operator, reason)
    if row.post_id is not None:
        threads.take_down(db.session.get_one(Post, row.post_id), actor=operator, reason=reason)
    mark_removed(row, operator.id, reason)
    others = update(FeedbackCase).where(FeedbackCase.feedback_id == row.id, FeedbackCase.kind == REPORT)
    values = {"state": UPHELD, "decided_by_id": operator.id, "decided_at": now()}
    db.session.execute(others.where(FeedbackCase.state == WAITING).values(values))


@command
def mark_removed(row: Feedback, actor_id: int, reason: str) -> None:
    row.removed_at, row.removed_by_id, row.removed_reason = now(), actor_id, reason
    announce(FeedbackChanged(row.id, "removed"))


@command
def bring_back(row: Feedback, *, operator: Member) -> None:
    if row.post_id is not None:
        threads.put_back(db.session.get_one(Post, row.post_id), actor=operator)
    row.removed_at = row.removed_by_id = None
    row.removed_reason = ""
    announce(FeedbackChanged(row.id, "restored"))


@command
def propose(other: Member, what: str, key: str, *, proposer: Member) -> Trade:
    """Say that you two dealt with each other. The same form gives the same trade."""
    check_key(key)
    if (made := db.session.scalar(select(Trade).filter_by(proposer_id=proposer.id, key=key))) is not None:
        return made
    check_can_write(proposer)
    rules.check_propose(proposer, other, know_each_other=queries.know_each_other(proposer.id, other.id))
    trade = Trade(proposer_id=proposer.id, other_id=other.id, what=what, key=key)
    db.session.add(trade)
    db.session.flush()
    announce(TradeChanged(trade.id, trade.state))
    return trade


@command
def answer(trade: Trade, confirmed: bool, *, member: Member) -> Trade:
    """The other one confirms or declines, within 30 days."""
    trade, state = fresh(trade), CONFIRMED if confirmed else DECLINED
    if trade.other_id != member.id:
        raise NotAllowed("not_yours_to_answer", _("The other one has to answer this."))
    if trade.state == state:
        return trade
    if trade.state != WAITING or trade.proposed_at + rules.WINDOW <= now():
        raise Refused("answered_already", _("This was answered before, or is too old."))
    check_can_write(member)
    trade.state, trade.answered_at = state, now()
    announce(TradeChanged(trade.id, state))
    return trade
