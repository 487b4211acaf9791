"""What the worker counts, as it happens."""

from core.outbox import consumer
from forum.messages.events import MessageSent
from shop.disputes.events import DisputeChanged
from shop.feedback.events import FeedbackChanged, FeedbackShown, TradeChanged
from shop.orders.events import OrderChanged
from shop.proof import commands
from shop.proof.models import DISPUTE, FEEDBACK, TRADE

COUNTS = ("completed", "refunded", "awarded", "delivered")


@consumer("proof.orders", OrderChanged)
def count_order(event: OrderChanged) -> None:
    if event.kind in COUNTS:
        commands.count_order(event.order_id)


@consumer("proof.feedback", FeedbackShown, FeedbackChanged)
def count_feedback(event: FeedbackShown | FeedbackChanged) -> None:
    commands.count(FEEDBACK, event.feedback_id)


@consumer("proof.disputes", DisputeChanged)
def count_dispute(event: DisputeChanged) -> None:
    commands.count(DISPUTE, event.dispute_id)


@consumer("proof.trades", TradeChanged)
def count_trade(event: TradeChanged) -> None:
    commands.count(TRADE, event.trade_id)


@consumer("proof.answers", MessageSent)
def count_answer(event: MessageSent) -> None:
    commands.count_answer(event.message_id)
