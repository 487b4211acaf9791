"""Proposing, making and dropping a correction: each once, whoever clicks how often."""

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db
from core.errors import Missing
from core.outbox import announce
from forum.members.models import Member
from shop.corrections import rules
from shop.corrections.events import CorrectionMade
from shop.corrections.models import DROPPED, MADE, WAITING, Correction
from shop.corrections.rules import Proposal
from shop.ledger.commands import Movement, transfer


@command
def propose(operator: Member, proposal: Proposal) -> Correction:
    """The first person. Nothing moves yet; the same key gives the same row."""
    rules.check_proposal(proposal, operator.id)
    found = db.session.scalar(select(Correction).filter_by(proposed_by_id=operator.id, key=proposal.key))
    if found is not None:
        rules.check_same(found, proposal)
        return found
    made = Correction(**vars(proposal), proposed_by_id=operator.id)
    db.session.add(made)
    db.session.flush()
    return made


@command
def make(correction_id: int, operator: Member) -> Correction:
    """The second person: the money moves.

    Refused `second_person`, `own_wallet`, `already_decided`, `not_enough_money`.
    """
    rules.check_second(_row(correction_id), operator.id)
    row, is_new = _decide(correction_id, MADE, operator)
    if is_new:
        debit, credit = rules.accounts(row.kind, row.member_id, row.currency)
        name = f"correction:{row.id}"
        transfer(Movement(debit, credit, row.amount, row.currency, "correction", name, name))
        announce(CorrectionMade(row.id))
    return row


@command
def drop(correction_id: int, operator: Member) -> Correction:
    """Either person, or anyone of the operators, finds it wrong: nothing moves."""
    return _decide(correction_id, DROPPED, operator)[0]


def _decide(correction_id: int, state: str, operator: Member) -> tuple[Correction, bool]:
    """The one door out of `waiting`: the row, and whether this call went through it."""
    values = {"state": state, "decided_at": now(), "decided_by_id": operator.id}
    change = update(Correction).where(Correction.id == correction_id, Correction.state == WAITING).values(values)
    change = change.returning(Correction.id).execution_options(synchronize_session=False)
    won = db.session.scalar(change) is not None
    row = _row(correction_id)
    if row.state != state:
        raise rules.already_decided()
    return row, won


def _row(correction_id: int) -> Correction:
    row = db.session.get(Correction, correction_id, populate_existing=True)
    if row is None:
        raise Missing
    return row
