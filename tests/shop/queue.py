"""A model of a wallet's lots: a queue that is played forward, where the ledger reads backwards."""

from collections import deque
from datetime import UTC, datetime

from shop.ledger.lots import Inflow, taken

AT = datetime(2026, 1, 1, tzinfo=UTC)


def inflow(number, amount):
    return Inflow(number, amount, "top_up", f"top-up:{number}", AT)


def left(found):
    return [(lot.source.id, lot.left) for lot in found.rows]


class Queue:
    """The same as a queue that is played forward: each outgoing movement takes from the front."""

    def __init__(self):
        self.lots, self.out, self.came = deque(), [], {}

    def step(self, kind, amount, which):
        if kind == "in":
            number = len(self.came) + 1
            self.came[number] = amount
            self.lots.append([number, amount])
        elif kind == "out":
            self.take(min(amount, sum(lot[1] for lot in self.lots)))
        elif kind == "back" and self.out:
            self.put_back(self.out.pop(which % len(self.out)))
        elif kind == "return" and self.lots:
            lot = self.lots[which % len(self.lots)]
            self.came[lot[0]] -= lot[1]
            lot[1] = 0

    def take(self, amount):
        parts = []
        came = [inflow(number, amount) for number, amount in reversed(self.came.items())]
        told = left(taken(sum(lot[1] for lot in self.lots), amount, came))
        for lot in self.lots:
            part = min(amount, lot[1])
            lot[1] -= part
            amount -= part
            parts.append((lot[0], part))
        assert told == [part for part in reversed(parts) if part[1]]
        self.out.append(parts)

    def put_back(self, parts):
        """All of it to where it was. As it is older than all that is left, it is the next to go."""
        total = sum(part for _number, part in parts)
        by_number = {lot[0]: lot for lot in self.lots}
        for lot in reversed(self.lots):  # the newest places that are not full, the places before them being empty
            room = self.came[lot[0]] - by_number[lot[0]][1]
            part = min(room, total)
            lot[1] += part
            total -= part

    def left(self):
        return [(number, amount) for number, amount in reversed(self.lots) if amount]
