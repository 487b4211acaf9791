"""What returns, their reasons and their states are called."""

from core.i18n import _, _l
from shop.returns import rules
from shop.returns.models import GoodsReturn

REASON_NAMES = {
    "changed_mind": _l("I do not want it after all"),
    "damaged": _l("It is damaged"),
    "not_as_described": _l("It is not as described"),
    "wrong_thing": _l("It is the wrong thing"),
    "does_not_fit": _l("It does not fit"),
    "other": _l("Another reason"),
}
WISH_NAMES = {"refund": _l("My money back"), "exchange": _l("Another one")}


class Shown:
    """A return for a page: its state in words and tone, what it is about, and until when what is awaited."""

    def __init__(self, row: GoodsReturn):
        self.row, self.address = row, row.address
        self.state, self.tone = state_of(row)
        self.contents = [f"{line.quantity} × {line.order_line.title}" for line in row.lines]
        self.reason, self.wish = str(REASON_NAMES[row.reason]), str(WISH_NAMES[row.wish])
        self.deadline = rules.deadline_of(row)
        self.awaited = awaited(row)


def state_of(row: GoodsReturn) -> tuple[str, str]:
    return {
        "asked": (_("Asked"), "pending"),
        "approved": (_("Approved, to be sent back"), "open"),
        "sent": (_("On its way back"), "open"),
        "received": (_("Back at the seller's"), "open"),
        "refunded": (_("Refunded"), "done"),
        "exchanged": (_("Exchanged"), "done"),
        "refused": (_("Refused"), "failed"),
        "rejected": (_("Not accepted"), "failed"),
        "withdrawn": (_("Taken back"), ""),
        "lapsed": (_("Not sent in time"), ""),
    }[row.state]


def awaited(row: GoodsReturn) -> str:
    """What is awaited until the deadline, and what comes without it; for both sides alike."""
    return {
        "asked": _("The seller answers until then; without an answer the return is approved."),
        "approved": _("The buyer sends it until then; otherwise the return ends."),
        "sent": _("It arrives at the seller's until then; after that it counts as received."),
        "received": _("The seller looks at it until then; without a word all of it is refunded."),
    }.get(row.state, "")
