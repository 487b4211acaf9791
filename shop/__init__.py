"""The shop: products, stock, the ledger, payments, saved products, orders, private offers."""

from importlib import import_module

from flask import Flask

from shop.alerts import models as alerts
from shop.answers import models as answers
from shop.cart import models as cart
from shop.ledger import models as ledger
from shop.orders import models as orders
from shop.payments import models as payments
from shop.pickups import models as pickups
from shop.private_offers import models as private_offers
from shop.returns import models as returns
from shop.shipments import models as shipments
from shop.stock import models as stock

TABLES = (alerts, answers, cart, ledger, orders, payments, pickups, private_offers, returns, shipments, stock)
SLICES = (
    "ledger", "stock", "payments", "products", "cart", "alerts", "orders", "shipments", "returns", "pickups", "answers",
    "private_offers", "funnel",
)  # fmt: skip


def init_app(app: Flask) -> None:
    for name in SLICES:
        import_module(f"shop.{name}").init_app(app)
