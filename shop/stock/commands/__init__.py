"""What changes stock. Each function is one transaction, or joins its caller's; nothing is changed when one refuses.

An offer's stock row is its lock: what touches other people's holds, a pool or a shelf takes it first, and a caller with
several offers locks them all beforehand, so that commands wait for each other instead of deadlocking. The two hot ones,
`hold` and `sell`, take it last, to have it for as short as possible; they touch only the member's own rows before.
"""

from shop.stock.commands.counters import lock
from shop.stock.commands.holding import expire, hold, hold_from, release, replace, return_sold, sell
from shop.stock.commands.keeping import Why, count, damage, discard, mend, move, receive, supply, warn_at
from shop.stock.commands.limits import drop_limit, set_limit
from shop.stock.commands.places import add_place, remove_place

__all__ = [
    "Why",
    "add_place",
    "count",
    "damage",
    "discard",
    "drop_limit",
    "expire",
    "hold",
    "hold_from",
    "lock",
    "mend",
    "move",
    "receive",
    "release",
    "remove_place",
    "replace",
    "return_sold",
    "sell",
    "set_limit",
    "supply",
    "warn_at",
]
