"""What money is brought in for. Upper slices say what happens when it is there; each runs inside the completion.

`prepare` takes the locks that come before accounts (a purchase takes stock first, and the other way round they
deadlock). `fulfil` uses the money, which is in the member's wallet by then, and gives the page of what it became;
when it raises Refused, it is undone and the money goes back. `undo` takes back what it can when the payer's bank took
the money back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.paths import local_path
from shop.providers.models import Payment

TOP_UP = "top-up"


def _nothing(_payment: Payment) -> None:
    pass


@dataclass(frozen=True)
class Purpose:
    fulfil: Callable[[Payment], str]
    prepare: Callable[[Payment], None] = _nothing
    undo: Callable[[Payment], None] = _nothing


def _back_to(payment: Payment) -> str:
    """Where the money was missed: a page of this site."""
    return local_path(payment.body.get("next"), "/wallet")


_purposes = {TOP_UP: Purpose(fulfil=_back_to)}


def serve(name: str, purpose: Purpose) -> None:
    _purposes[name] = purpose


def purpose_of(payment: Payment) -> Purpose:
    return _purposes[payment.purpose]
