"""Who leaves sells nothing any more."""

from sqlalchemy import select

from core.db import db
from core.errors import Refused
from core.i18n import _
from forum.members.leaving import guards_leaving
from forum.members.models import Member
from shop.products.models import Product


@guards_leaving
def nothing_on_sale(member: Member) -> None:
    mine = select(Product.id).where(Product.seller_id == member.id, Product.is_open).limit(1)
    if db.session.scalar(mine) is not None:
        raise Refused("offers_open", _("Something is still for sale. Close your offers first."))
