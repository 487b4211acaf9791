"""Who sees the pictures of returns, and that they are kept. And: what a return keeps waiting, what it sold."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select

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
