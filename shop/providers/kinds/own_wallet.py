"""The member's own wallet as a provider: paid as soon as it holds enough, until the time runs out."""

from collections.abc import Mapping
from datetime import datetime

from core.i18n import _
from shop.ledger.queries import balance
from shop.providers import interface, queries
from shop.providers.interface import Back, BadCallback, Seen, Told, Wanted
from shop.providers.models import ENDED, SUCCEEDED


class WalletProvider:
    """Nothing comes in: the purpose takes the money from the wallet itself (rules.FROM_WALLET)."""

    name = "wallet"

    def __init__(self, _is_on: bool, timeout: float):
        pass

    def label(self) -> str:
        return _("From my wallet")

    def hint(self) -> str:
        return _("Paid as soon as your wallet holds enough.")

    def takes(self, currency: str) -> bool:
        return True

    def create(self, wanted: Wanted) -> Seen:
        return self.query(wanted.reference)

    def query(self, reference: str, own_name: str = "") -> Seen:
        payment = queries.by_reference(reference)
        if payment is None:
            return Seen(interface.UNKNOWN)
        if payment.state in ENDED:
            return Seen(interface.CLOSED)
        if payment.state == SUCCEEDED or balance(payment.member_id, payment.currency) >= payment.amount:
            return Seen(interface.PAID, payment.amount, payment.currency, reference)
        return Seen(interface.WAITING)

    def capture(self, reference: str, own_name: str, amount: int) -> Seen:
        return self.query(reference)

    def close(self, reference: str, own_name: str = "") -> Seen:
        seen = self.query(reference)
        return seen if seen.state == interface.PAID else Seen(interface.CLOSED)

    def refund(self, back: Back) -> str:
        """What is refunded of an order is in the wallet already: there is no other source to send it to."""
        return interface.NOT_SENT

    def parse_callback(self, headers: Mapping[str, str], body: bytes, received: datetime) -> Told:
        raise BadCallback("shape")

    def thanks(self) -> tuple[str, str]:
        return "", "text/plain"
