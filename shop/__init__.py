"""The shop: products, stock, the ledger, payments, orders."""

from importlib import import_module

from flask import Flask

from shop.cart import models as cart
from shop.ledger import models as ledger
from shop.orders import models as orders
from shop.payments import models as payments
from shop.stock import models as stock

TABLES = (cart, ledger, orders, payments, stock)
SLICES = ("ledger", "stock", "payments", "products", "cart", "orders")


def init_app(app: Flask) -> None:
    for name in SLICES:
        import_module(f"shop.{name}").init_app(app)
