"""Bank transfer to the site: the operator writes down what arrived with which reference, and that is what is asked."""

from collections.abc import Mapping
from datetime import datetime

from core.i18n import _
from shop.providers import interface, queries
from shop.providers.interface import Back, BadCallback, Seen, Told, Wanted
from shop.providers.models import ENDED


class BankProvider:
    name = "bank"

    def __init__(self, account: str, timeout: float):
        self.account = account

    def label(self) -> str:
        return _("Bank transfer to the site")

    def hint(self) -> str:
        return _("You get a reference to write on it. The money waits with us until you have what you bought.")

    def takes(self, currency: str) -> bool:
        return True

    def create(self, wanted: Wanted) -> Seen:
        return self.query(wanted.reference)

    def query(self, reference: str, own_name: str = "") -> Seen:
        payment, arrival = queries.arrival_of(reference)
        if arrival is not None:
            return Seen(interface.PAID, arrival.amount, arrival.currency, f"arrival-{arrival.id}")
        if payment is None:
            return Seen(interface.UNKNOWN)
        return Seen(interface.CLOSED if payment.state in ENDED else interface.WAITING)

    def capture(self, reference: str, own_name: str, amount: int) -> Seen:
        return self.query(reference)

    def close(self, reference: str, own_name: str = "") -> Seen:
        """Nobody can stop a transfer: what still arrives is a late success."""
        seen = self.query(reference)
        return seen if seen.state == interface.PAID else Seen(interface.CLOSED)

    def refund(self, back: Back) -> str:
        """By hand, at the bank; the operator says when (commands.decide_pay_back)."""
        return interface.ON_THE_WAY

    def parse_callback(self, headers: Mapping[str, str], body: bytes, received: datetime) -> Told:
        raise BadCallback("shape")  # banks do not call

    def thanks(self) -> tuple[str, str]:
        return "", "text/plain"
