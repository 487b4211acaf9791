"""Who sees the pictures of returns, and that they are kept."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select

from forum.pictures.models import Picture
from forum.pictures.queries import keeps_pictures, shows_pictures
from shop.orders.models import Order
from shop.returns.models import GoodsReturn, ReturnPicture


@shows_pictures
def of_own_orders(viewer: Any) -> ColumnElement[bool]:
    query = select(ReturnPicture.picture_id).join(GoodsReturn, GoodsReturn.id == ReturnPicture.return_id)
    query = query.join(Order, Order.id == GoodsReturn.order_id)
    return Picture.id.in_(query.where((Order.buyer_id == viewer.id) | (Order.seller_id == viewer.id)))


@keeps_pictures
def in_returns() -> Select[Any]:
    return select(ReturnPicture.picture_id)
