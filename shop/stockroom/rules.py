"""What a stock list that comes back must look like. Pure."""

from dataclasses import dataclass

from core.errors import Invalid
from core.i18n import _
from core.sheets import Line
from shop.stock.models import POOLS
from shop.stock.rules import MOST

COLUMNS = ("offer", "title", "pool", "place", "on_hand", "held", "damaged", "counted")
NEEDED = ("offer", "pool", "place", "on_hand", "counted")


@dataclass(frozen=True)
class Counted:
    """Line `number` of the file: so many were counted where the list had said `was`."""

    number: int
    offer_id: int
    pool: str
    place: str
    was: int
    counted: int


def counted_in(lines: list[Line]) -> list[Counted]:
    """The lines with something in "counted"; Invalid at "file" names the first one that makes no sense."""
    found = [_line(number, cells) for number, cells in lines if cells["counted"]]
    seen: set[tuple[int, str, str]] = set()
    for line in found:
        spot = (line.offer_id, line.pool, line.place)
        if spot in seen:
            raise bad_line(line.number, _("it is there twice"))
        seen.add(spot)
    return found


def _line(number: int, cells: dict[str, str]) -> Counted:
    numbers = {name: _whole(number, name, cells[name]) for name in ("offer", "on_hand", "counted")}
    if cells["pool"] not in POOLS:
        raise bad_line(number, _("there is no pool “%(name)s”", name=cells["pool"]))
    return Counted(
        number, numbers["offer"], cells["pool"], cells["place"], was=numbers["on_hand"], counted=numbers["counted"]
    )


def _whole(number: int, name: str, typed: str) -> int:
    most = 10**9 if name == "offer" else MOST
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10 and int(typed) <= most):
        raise bad_line(number, _("“%(typed)s” is no whole number", typed=typed[:20]))
    return int(typed)


def bad_line(number: int, problem: str) -> Invalid:
    return Invalid("file", _("Line %(number)s: %(problem)s. Nothing was changed.", number=number, problem=problem))
