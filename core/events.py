"""Facts that a room announces and rooms above it react to.

An event is a frozen dataclass of ids and plain JSON values. Its class name is how the outbox remembers it,
so a name is never used twice and never changed while rows of it may wait.
"""

from dataclasses import asdict
from typing import Any, ClassVar


class Event:
    """Base of all events."""

    known: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls) -> None:
        taken = Event.known.setdefault(cls.__name__, cls)
        if taken.__module__ != cls.__module__:
            raise TypeError(f"Two events are called {cls.__name__}")

    def payload(self) -> dict[str, Any]:
        return asdict(self)  # type: ignore[call-overload,no-any-return]


def restore(name: str, payload: dict[str, Any]) -> Event:
    """The event that an outbox row stands for."""
    return Event.known[name](**payload)
