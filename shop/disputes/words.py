"""What disputes and their reasons are called."""

from core.i18n import _
from shop.disputes.models import Dispute


def state_of(dispute: Dispute) -> tuple[str, str]:
    """A short sentence and the badge's tone."""
    if dispute.outcome is not None:
        return {
            "withdrawn": (_("Taken back"), "done"),
            "agreed": (_("Settled between the two"), "done"),
            "awarded": (_("Decided and done"), "done"),
            "settled": (_("All the money went back"), "done"),
        }[dispute.outcome]
    return {
        "open": (_("Between the two"), "open"),
        "arbitration": (_("With an arbiter"), "pending"),
        "decided": (_("Decided, not final yet"), "pending"),
    }[dispute.state]
