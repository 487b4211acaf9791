"""What messages are about, as the viewer may see it now."""

from collections.abc import Iterable
from typing import Any

from core.slots import fill
from forum.members.models import Member


def cards_of(abouts: Iterable[str | None], viewer: Member) -> dict[str, Any]:
    """`post_by_about`, `product_by_about`, `order_by_about`, … as the rooms fill them; what is hidden has no card."""
    wanted = sorted({about for about in abouts if about})
    return fill("message.about", wanted, viewer) if wanted else {}


def can_see(about: str, viewer: Member) -> bool:
    return any(about in cards for cards in cards_of([about], viewer).values())
