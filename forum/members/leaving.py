"""Who leaves: what stands in the way, and what goes with them. The rooms above register both."""

from collections.abc import Callable

from forum.members.models import Member

Guard = Callable[[Member], None]
Wiper = Callable[[int], None]
_guards: list[Guard] = []
_wipers: list[Wiper] = []


def guards_leaving(guard: Guard) -> Guard:
    """Register a check that raises Refused, in words, while something has to be ended first."""
    if guard not in _guards:
        _guards.append(guard)
    return guard


def wiped_on_leaving(wiper: Wiper) -> Wiper:
    """Register what removes a member's own (by id), in the transaction that erases them."""
    if wiper not in _wipers:
        _wipers.append(wiper)
    return wiper


def check_may_leave(member: Member) -> None:
    for guard in _guards:
        guard(member)


def wipe(member_id: int) -> None:
    for wiper in _wipers:
        wiper(member_id)
