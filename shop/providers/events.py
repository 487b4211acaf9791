"""What happens to payments; the worker acts on the first three, the member is told of the last."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class PaymentToLookAt(Event):
    """The provider is to be asked: to begin with, after a callback, when the member came back, or as time goes by."""

    payment_id: int


@dataclass(frozen=True)
class CallbackKept(Event):
    callback_id: int


@dataclass(frozen=True)
class PayBackWanted(Event):
    pay_back_id: int


@dataclass(frozen=True)
class PaymentMoved(Event):
    payment_id: int
    state: str
