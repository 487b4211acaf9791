"""What the worker does with feedback: posts of reviews, and notices."""

from core.db import db
from core.outbox import consumer
from forum.moderation.queries import operator_ids
from forum.notices.commands import tell
from forum.threads.events import PostEdited
from shop.feedback import commands, sentences
from shop.feedback.events import FeedbackCaseMade, FeedbackChanged, FeedbackShown, FeedbackWritten, TradeChanged
from shop.feedback.models import CONFIRMED, WAITING, Feedback, FeedbackCase, Trade
from shop.orders.models import Order, OrderLine


@consumer("feedback.posts", FeedbackShown)
def post_review(event: FeedbackShown) -> None:
    commands.post_review(event.feedback_id)


@consumer("feedback.follow", PostEdited)
def follow_post(event: PostEdited) -> None:
    commands.follow_post(event.post_id)


@consumer("feedback.notices", FeedbackWritten, FeedbackShown, FeedbackChanged)
def tell_people(event: FeedbackWritten | FeedbackShown | FeedbackChanged) -> None:
    """That the other side wrote, and nothing of what; then that it is shown, answered or removed."""
    row = db.session.get(Feedback, event.feedback_id)
    if row is None:
        return
    step = event.what if isinstance(event, FeedbackChanged) else "shown"
    if isinstance(event, FeedbackWritten):
        if row.shown_at is None:
            _tell(row, "asked", [row.about_id], _deal_address(row))
    elif step in ("replied", "removed", "restored"):
        _tell(row, step, [row.author_id], row.address)
    elif step == "shown":
        _tell(row, step, [row.about_id], row.address)


def _tell(row: Feedback, step: str, people: list[int], address: str) -> None:
    by = {"removed": row.removed_by_id, "restored": None, "replied": row.about_id}.get(step, row.author_id)
    facts = {"step": step, "stars": row.stars if step == "shown" else None}
    key = f"feedback:{row.id}:{step}" + (f":{row.removed_at}" if step == "removed" else "")
    tell(people, kind=sentences.FEEDBACK, key=key, address=address, actor_id=by, facts=facts)


def _deal_address(row: Feedback) -> str:
    if row.trade_id is not None:
        return f"/trades/{row.trade_id}"
    line = db.session.get_one(OrderLine, row.order_line_id)
    return f"/orders/{db.session.get_one(Order, line.order_id).number}/feedback"


@consumer("feedback.cases", FeedbackCaseMade)
def tell_operators(event: FeedbackCaseMade) -> None:
    case = db.session.get(FeedbackCase, event.case_id)
    if case is None or case.state != WAITING:
        return
    row = db.session.get_one(Feedback, case.feedback_id)
    people = set(operator_ids()) - {case.member_id, row.author_id, row.about_id}
    tell(people, kind=sentences.CASE, key=f"feedback_case:{case.id}", address="/feedback", facts={"kind": case.kind})


@consumer("feedback.trades", TradeChanged)
def tell_of_trade(event: TradeChanged) -> None:
    trade = db.session.get(Trade, event.trade_id)
    if trade is None or event.state not in (WAITING, CONFIRMED):
        return
    to, by = (trade.other_id, trade.proposer_id)
    if event.state == CONFIRMED:
        to, by = by, to
    facts = {"state": event.state, "what": trade.what}
    tell(
        [to],
        kind=sentences.TRADE,
        key=f"trade:{trade.id}:{event.state}",
        address=f"/trades/{trade.id}",
        actor_id=by,
        facts=facts,
    )
