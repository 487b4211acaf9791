"""The proof panel on the pages of products, members and shops."""

from typing import Any

from core.slots import fills
from forum.members.models import Member
from forum.threads.models import Thread
from shop.proof import queries


@fills("product.show")
def proof_of_product(thread: Thread, viewer: Any) -> dict[str, Any]:
    """`proof` (a Panel) and `reviews`. One statement."""
    panel, reviews = queries.panel_of_product(thread)
    return {"proof": panel, "reviews": reviews}


@fills("member.show")
@fills("shop.show")
def proof_of_member(member: Member, viewer: Any) -> dict[str, Any]:
    """`proof` (a Panel) and `feedback_summary`. One statement."""
    panel, summary = queries.panel_of_member(member)
    return {"proof": panel, "feedback_summary": summary}
