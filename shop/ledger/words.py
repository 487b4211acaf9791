"""What a movement is called, for its owner."""

from core.i18n import _


def label(kind: str) -> str:
    """The kind of a transfer in the reader's language; a kind that has no words yet as it is written."""
    return {
        "top_up": _("Put in"),
        "payment": _("Paid"),
        "settlement": _("Sold"),
        "fee": _("Fee"),
        "refund": _("Refund"),
        "withdrawal": _("Taken out"),
        "withdrawal_returned": _("Withdrawal returned"),
        "withdrawal_paid": _("Withdrawal paid"),
        "correction": _("Correction"),
    }.get(kind, kind)
