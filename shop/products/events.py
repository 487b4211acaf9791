"""What happens to products."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class ProductChanged(Event):
    product_id: int
