"""What the operator or a provider decided."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class TopUpDecided(Event):
    top_up_id: int


@dataclass(frozen=True)
class WithdrawalDecided(Event):
    withdrawal_id: int
