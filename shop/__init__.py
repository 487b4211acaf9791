"""The shop: products, stock, the ledger, payments, saved products, orders, private offers."""

from importlib import import_module

from flask import Flask

from shop.alerts import models as alerts
from shop.answers import models as answers
from shop.cart import models as cart
from shop.ledger import models as ledger
from shop.orders import models as orders
from shop.payments import models as payments
from shop.private_offers import models as private_offers
from shop.providers import models as providers
from shop.stock import models as stock

TABLES = (alerts, answers, cart, ledger, orders, payments, private_offers, providers, stock)
SLICES = (
    "ledger",
    "stock",
    "providers",
    "payments",
    "products",
    "cart",
    "alerts",
    "orders",
    "answers",
    "private_offers",
    "funnel",
)


def init_app(app: Flask) -> None:
    for name in SLICES:
        import_module(f"shop.{name}").init_app(app)
