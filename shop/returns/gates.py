"""Who sees the pictures of returns, and that they are kept. And: what a return keeps waiting, what it sold."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select, update

from core.db import db
from core.errors import Refused
from core.i18n import _
from forum.members.leaving import guards_leaving, wiped_on_leaving
from forum.members.models import Member
from forum.pictures.models import Picture
from forum.pictures.queries import keeps_pictures, shows_pictures
from shop.orders.keeping import stops_the_clock
from shop.orders.models import Order
from shop.orders.proof import sold_elsewhere
from shop.returns.models import OPEN, GoodsReturn, ReturnLine, ReturnPicture


@shows_pictures
def of_own_orders(viewer: Any) -> ColumnElement[bool]:
    query = select(ReturnPicture.picture_id).join(GoodsReturn, GoodsReturn.id == ReturnPicture.return_id)
    query = query.join(Order, Order.id == GoodsReturn.order_id)
    return Picture.id.in_(query.where((Order.buyer_id == viewer.id) | (Order.seller_id == viewer.id)))


@keeps_pictures
def in_returns() -> ColumnElement[bool]:
    return Picture.id.in_(select(ReturnPicture.picture_id))


@stops_the_clock
def under_return() -> ColumnElement[bool]:
    """While a return is open, the clock does not give the money to the seller."""
    return Order.id.in_(select(GoodsReturn.order_id).where(GoodsReturn.state.in_(OPEN)))


@sold_elsewhere
def replaced() -> Select[Any]:
    return select(ReturnLine.hold_id)


@guards_leaving
def no_open_returns(member: Member) -> None:
    mine = (Order.buyer_id == member.id) | (Order.seller_id == member.id)
    query = select(GoodsReturn.id).join(Order, Order.id == GoodsReturn.order_id)
    if db.session.scalar(query.where(mine, GoodsReturn.state.in_(OPEN)).limit(1)) is not None:
        raise Refused("returns_open", _("Something is on its way back. Wait until the return has ended."))


@wiped_on_leaving
def forget_addresses(member_id: int) -> None:
    """The seller's own address on returns of what they sold; the buyer's words on theirs."""
    for column, words in ((Order.seller_id, "send_to"), (Order.buyer_id, "words")):
        orders = select(Order.id).where(column == member_id)
        change = update(GoodsReturn).where(GoodsReturn.order_id.in_(orders)).values({words: ""})
        db.session.execute(change.execution_options(synchronize_session=False))
