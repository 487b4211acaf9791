"""The label that goes on a parcel on its way back."""

from core.i18n import _
from core.pdf import Paper
from shop.returns.models import GoodsReturn
from shop.returns.words import Shown

CODE = 40.0  # millimetres


def return_label(found: GoodsReturn, base_url: str) -> bytes:
    """Where to, from whom, what is in it, and a code that leads to the return's page."""
    order = found.order
    paper = Paper(_("Return to %(name)s", name=order.seller.username))
    paper.say(found.send_to or _("The seller has not given an address yet."), 14)
    paper.ln(4)
    paper.say(_("From %(name)s", name=order.buyer.username))
    paper.say(_("Order %(number)s", number=order.number) + f" · {_('Return %(number)s', number=found.id)}")
    for content in Shown(found).contents:
        paper.say(content)
    paper.ln(4)
    paper.code(f"{base_url}{found.address}", CODE)
    return paper.made()
