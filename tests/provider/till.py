"""What the fake provider knows: payments, refunds, the news it owes, and the faults it was told to have."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

_names = count(1)


@dataclass
class Pay:
    """`state` in the words of shop.providers.interface. `amount` is what is wanted, `captured` what was taken."""

    reference: str
    amount: int
    currency: str
    back: str = ""
    news: str = ""
    until: str = ""
    dialect: str = "own"
    state: str = "waiting"
    captured: int = 0
    captured_currency: str = ""
    reason: str = ""
    own_name: str = field(default_factory=lambda: f"own-{next(_names)}")
    refunds: dict[str, int] = field(default_factory=dict)


class Till:
    """`faults` are taken one by one where they fit: see `take`."""

    def __init__(self):
        self.lock = threading.RLock()
        self.pays: dict[str, Pay] = {}
        self.faults: list[str] = []
        self.kept_back: list[tuple[str, bytes, dict[str, str]]] = []  # callbacks that wait (reordered, replayed)
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []
        self.is_down = False
        self.ahead = 0.0  # seconds that the tests' clock was moved
        self.asked = 0

    def take(self, fault: str) -> bool:
        with self.lock:
            if fault in self.faults:
                self.faults.remove(fault)
                return True
        return False

    def create(self, pay: Pay) -> Pay:
        """Asking twice with the same reference gives the same payment."""
        with self.lock:
            return self.pays.setdefault(pay.reference, pay)

    def pay(self, pay: Pay) -> None:
        """The payer pays; faults bend what is taken."""
        if self.take("decline"):
            pay.state, pay.reason = "declined", "insufficient_funds"
        elif self.take("extra step"):
            pay.state = "extra"
        elif self.take("authorise"):
            pay.state = "authorised"
        elif pay.state in ("waiting", "extra", "closed"):
            self.capture(pay, pay.amount)

    def capture(self, pay: Pay, amount: int) -> None:
        if pay.state == "paid":
            return
        pay.captured, pay.captured_currency = amount, pay.currency
        if self.take("partial capture"):
            pay.captured = amount * 6 // 10
        if self.take("wrong amount"):
            pay.captured = amount + 1
        if self.take("wrong currency"):
            pay.captured_currency = "EUR" if pay.currency != "EUR" else "USD"
        pay.state = "paid"

    def close(self, pay: Pay) -> None:
        if pay.state in ("waiting", "extra", "authorised"):
            pay.state = "closed"

    def refund(self, pay: Pay, key: str, amount: int) -> str:
        """The same key once; never more than was taken."""
        with self.lock:
            if key in pay.refunds:
                return "sent" if pay.refunds[key] == amount else "not_sent"
            if self.take("refund refused") or pay.state != "paid":
                return "not_sent"
            if sum(pay.refunds.values()) + amount > pay.captured:
                return "not_sent"
            pay.refunds[key] = amount
            return "sent"

    def is_overdue(self, pay: Pay) -> bool:
        return bool(pay.until) and datetime.fromisoformat(pay.until).timestamp() < time.time()
