"""What alerts add to a thread that sells something, and to its product page."""

from typing import Any

from core.slots import fills
from forum.threads.models import Thread
from shop.alerts import queries


@fills("thread.show")
@fills("product.show")
def saving(thread: Thread, viewer: Any) -> dict[str, Any]:
    """`saving`: is it saved, and how often. Asked only where there is something to save."""
    if not thread.is_for_sale and thread.kind != "sale":
        return {}
    return {"saving": queries.saving_in(thread, viewer)}
