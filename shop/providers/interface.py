"""What a payment provider can be asked. Each kind in `kinds/` answers the same questions; tests hold all to one suite.

Amounts are integers in minor units of an ISO 4217 currency. Nothing here is called while a transaction is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

WAITING, EXTRA, AUTHORISED, PAID = "waiting", "extra", "authorised", "paid"
DECLINED, CLOSED, CHARGED_BACK, UNKNOWN = "declined", "closed", "charged_back", "unknown"
SENT, ON_THE_WAY, NOT_SENT = "sent", "on_the_way", "not_sent"
WINDOW = 300  # seconds that a callback's time may differ from the hour it came in


class Down(Exception):
    """No answer, or none that can be read: nothing is known, ask again later."""


class BadCallback(Exception):
    """Not written by the provider, or too old; the message is a code: signature, window, shape."""


@dataclass(frozen=True)
class Wanted:
    """`reference` is ours and makes asking twice harmless. The payer returns to `back`, `news` takes callbacks."""

    reference: str
    amount: int
    currency: str
    title: str
    until: datetime
    back: str
    news: str


@dataclass(frozen=True)
class Seen:
    """How a payment stands at its provider now. `amount` and `currency` are of what was really taken (PAID).

    `address` is where the payer goes on; `is_code`: it is not opened but shown as a QR code and scanned.
    """

    state: str
    amount: int = 0
    currency: str = ""
    own_name: str = ""
    reason: str = ""
    address: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class Back:
    """Money to send back: `key` is ours and makes asking twice harmless; `paid` is what was taken in all."""

    reference: str
    own_name: str
    key: str
    amount: int
    currency: str
    paid: int


@dataclass(frozen=True)
class Told:
    """What a genuine callback says: that there is news of this payment. `nonce` is met once."""

    reference: str
    nonce: str


class Provider(Protocol):
    """All may raise Down. `create`, `capture`, `close` and `refund` may be asked twice and do it once."""

    name: str

    def label(self) -> str: ...

    def hint(self) -> str: ...

    def takes(self, currency: str) -> bool: ...

    def create(self, wanted: Wanted) -> Seen: ...

    def query(self, reference: str, own_name: str = "") -> Seen: ...

    def capture(self, reference: str, own_name: str, amount: int) -> Seen: ...

    def close(self, reference: str, own_name: str = "") -> Seen: ...

    def refund(self, back: Back) -> str:
        """SENT, ON_THE_WAY or NOT_SENT."""

    def parse_callback(self, headers: Mapping[str, str], body: bytes, received: datetime) -> Told:
        """Raises BadCallback. `headers` with names in lower case."""

    def thanks(self) -> tuple[str, str]:
        """Body and type of the answer that ends the provider's repeating."""
