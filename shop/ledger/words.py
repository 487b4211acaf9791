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
        "arrival": _("Put in"),
        "sent_back": _("Sent back to where it came from"),
        "sent_back_failed": _("Could not be sent back"),
        "sent_back_done": _("Arrived where it came from"),
        "charge_back": _("Taken back by the payer's bank"),
        "claim_paid": _("Owed since the bank took a payment back"),
    }.get(kind, kind)


def name(reference: str) -> str:
    """What its owner knows it by: the order's number, the payment's, what was written on the bank transfer."""
    kind, _colon, rest = reference.partition(":")
    return {"order": rest, "payment": rest, "top-up": f"TOPUP-{rest}"}.get(kind, reference)


def address(reference: str) -> str | None:
    """The page of what it was for, where there is one."""
    kind, _colon, rest = reference.partition(":")
    pages = {"order": "/orders", "payment": "/payments"}
    return f"{pages[kind]}/{rest}" if kind in pages and rest else None
