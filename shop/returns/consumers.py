"""Telling buyer and seller what happened to a return."""

from core.outbox import consumer
from forum.notices.commands import tell
from shop.returns import queries, sentences
from shop.returns.events import ReturnChanged
from shop.returns.models import REFUNDED


@consumer("returns.notices", ReturnChanged)
def tell_step(changed: ReturnChanged) -> None:
    """The other side, and both when the clock did it. Nobody is told of what they did themselves."""
    found = queries.by_id(changed.return_id)
    if found is None:
        return
    order = found.order
    facts: dict[str, object] = {
        "state": changed.state,
        "number": order.number,
        "title": found.lines[0].order_line.title,
    }
    facts |= {"amount": found.amount if changed.state == REFUNDED else 0, "currency": order.currency}
    tell(
        [order.buyer_id, order.seller_id],
        kind=sentences.RETURN,
        key=f"return:{found.id}:{changed.state}",
        address=found.address,
        actor_id=changed.actor_id,
        facts=facts,
    )
