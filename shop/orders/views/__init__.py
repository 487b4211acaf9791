"""HTTP for checkout and orders."""

from shop.orders.views.base import blueprint
from shop.orders.views.checkout import checkout
from shop.orders.views.online import pay_by
from shop.orders.views.orders import index

__all__ = ["blueprint", "checkout", "index", "pay_by"]
