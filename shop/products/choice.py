"""Which variant of a product is meant, and where each value of an axis leads from there. Pure.

A choice is an address (`?v=<offer>`): every value is a link to the variant that has it and agrees with the rest of what
is chosen, so that it works without a script and a page can be sent to a friend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shop.products.cards import OfferCard


@dataclass(frozen=True)
class Value:
    """`offer_id`: the variant that it leads to; `is_out`: of that one nothing is left."""

    name: str
    offer_id: int
    is_chosen: bool
    is_out: bool


@dataclass(frozen=True)
class Axis:
    name: str
    values: list[Value]


@dataclass(frozen=True)
class Choice:
    """`chosen` is None as long as nothing was chosen: a size is not to be bought by accident."""

    axes: list[Axis]
    variants: list[OfferCard]
    chosen: OfferCard | None


def choose(axes: list[list[Any]], variants: list[OfferCard], offer_id: int | None) -> Choice:
    """`axes` as in Product.axes, `variants` in their order. An id that is none of theirs chooses nothing."""
    chosen = next((card for card in variants if card.id == offer_id), None)
    told = [_axis(place, name, values, variants, chosen) for place, (name, values) in enumerate(axes)]
    return Choice([axis for axis in told if axis.values], variants, chosen)


def _axis(place: int, name: str, values: Sequence[str], variants: list[OfferCard], chosen: OfferCard | None) -> Axis:
    picked = chosen.offer.values if chosen else []
    best: dict[str, tuple[tuple[int, bool], OfferCard]] = {}
    for card in variants:
        own = card.offer.values
        agrees = sum(1 for mine, theirs in zip(picked, own, strict=False) if mine == theirs)
        rank = (agrees - (picked[place : place + 1] == own[place : place + 1]), card.free > 0)
        if own[place] not in best or rank > best[own[place]][0]:
            best[own[place]] = (rank, card)
    there = [(value, best[value][1]) for value in values if value in best]
    is_picked = picked[place] if picked else None
    return Axis(name, [Value(value, card.id, value == is_picked, card.free < 1) for value, card in there])


__all__ = ["Axis", "Choice", "Value", "choose"]
