"""Corrections that wait and that were decided, for operators; and what they moved, for the proof."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, literal, select, union_all
from sqlalchemy.orm import aliased, joinedload

from core.db import db
from shop.corrections.models import MADE, WAITING, Correction
from shop.ledger import proof
from shop.ledger.models import OUTSIDE, Account, Transfer

PAGE = 30
WAITS = 50


@dataclass(frozen=True)
class Corrections:
    """`waiting` oldest first, `decided` newest first; `older` is the key to continue from."""

    waiting: list[Correction]
    decided: list[Correction]
    older: int | None


def corrections(before: int | None = None) -> Corrections:
    people = (Correction.member, Correction.proposed_by, Correction.decided_by)
    query = select(Correction).options(*(joinedload(person) for person in people))
    waiting = query.where(Correction.state == WAITING).order_by(Correction.id).limit(WAITS)
    decided = query.where(Correction.state != WAITING).order_by(Correction.id.desc()).limit(PAGE + 1)
    if before is not None:
        decided = decided.where(Correction.id < before)
    rows = list(db.session.scalars(decided))
    older = rows[PAGE - 1].id if len(rows) > PAGE else None
    return Corrections(list(db.session.scalars(waiting)), rows[:PAGE], older)


@proof.crosses
def corrected() -> Select[Any]:
    """What corrections say came in less what went out, and what their transfers moved across the site's border."""
    name, sign = literal("corrections"), case((Correction.kind.in_(("found", "added")), 1), else_=-1)
    crossing = Correction.kind.in_(("found", "added", "lost", "taken"))
    said = select(name, Correction.currency, sign * Correction.amount, literal(0)).where(
        Correction.state == MADE, crossing
    )
    debit, credit = aliased(Account), aliased(Account)
    step = case((debit.kind == OUTSIDE, 1), (credit.kind == OUTSIDE, -1), else_=0) * Transfer.amount
    moved = select(name, Transfer.currency, literal(0), step).where(Transfer.kind == "correction")
    moved = moved.join(debit, debit.id == Transfer.debit_id).join(credit, credit.id == Transfer.credit_id)
    return union_all(said, moved)  # type: ignore[return-value]
