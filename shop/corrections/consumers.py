"""Telling the member whose wallet was corrected, and why."""

from core.db import db
from core.outbox import consumer
from forum.notices.commands import tell
from shop.corrections.events import CorrectionMade
from shop.corrections.models import Correction
from shop.corrections.rules import MEMBER, MOVES
from shop.corrections.sentences import CORRECTION


@consumer("corrections.notices", CorrectionMade)
def tell_corrected(event: CorrectionMade) -> None:
    row = db.session.get(Correction, event.correction_id)
    if row is None or row.member_id is None:
        return
    facts = {"amount": row.amount, "currency": row.currency, "reason": row.reason}
    facts |= {"came_in": MOVES[row.kind][1] == MEMBER}
    tell([row.member_id], kind=CORRECTION, key=f"{CORRECTION}:{row.id}", address="/wallet", facts=facts)
