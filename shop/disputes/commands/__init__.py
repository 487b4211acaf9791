"""What changes disputes. Each function is one transaction, may be sent twice, and changes nothing when it refuses."""

from shop.disputes.commands.arbiters import appoint, dismiss
from shop.disputes.commands.judging import accept, appeal, call, call_due, decide, execute, take
from shop.disputes.commands.sides import Claim, agree, end_settled, offer, open_dispute, say, show_messages, withdraw
from shop.disputes.commands.sides import be_done as done

__all__ = [
    "Claim",
    "accept",
    "agree",
    "appeal",
    "appoint",
    "call",
    "call_due",
    "decide",
    "dismiss",
    "done",
    "end_settled",
    "execute",
    "offer",
    "open_dispute",
    "say",
    "show_messages",
    "take",
    "withdraw",
]
