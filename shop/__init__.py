"""The shop: products, stock, the ledger, payments, saved products, orders."""

from importlib import import_module

from flask import Flask

from shop.alerts import models as alerts
from shop.cart import models as cart
from shop.ledger import models as ledger
from shop.orders import models as orders
from shop.payments import models as payments
from shop.stock import models as stock

TABLES = (alerts, cart, ledger, orders, payments, stock)
SLICES = ("ledger", "stock", "payments", "products", "cart", "alerts", "orders")


def init_app(app: Flask) -> None:
    for name in SLICES:
        import_module(f"shop.{name}").init_app(app)
