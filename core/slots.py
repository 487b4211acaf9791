"""Places in a lower room's page that an upper room may fill, so the lower one need not know it."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

Filler = Callable[..., Mapping[str, Any]]
_fillers: dict[str, list[Filler]] = defaultdict(list)


def fills(slot: str) -> Callable[[Filler], Filler]:
    """Register a function whose mapping becomes template variables of the page that has this slot."""

    def register(filler: Filler) -> Filler:
        if filler not in _fillers[slot]:
            _fillers[slot].append(filler)
        return filler

    return register


def fill(slot: str, *about: Any) -> dict[str, Any]:
    """All template variables for this slot. Fillers take whole lists, so each asks the database once."""
    return {name: value for filler in _fillers[slot] for name, value in filler(*about).items()}
