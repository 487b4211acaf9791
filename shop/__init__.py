"""The shop: products, stock, the ledger, payments, saved products, orders, private offers."""

from importlib import import_module

from flask import Flask

from shop.addresses import models as addresses
from shop.alerts import models as alerts
from shop.answers import models as answers
from shop.cart import models as cart
from shop.coupons import models as coupons
from shop.ledger import models as ledger
from shop.orders import models as orders
from shop.payments import models as payments
from shop.pricing import models as pricing
from shop.private_offers import models as private_offers
from shop.stock import models as stock
from shop.terms import models as terms

TABLES = (addresses, alerts, answers, cart, coupons, ledger, orders, payments, pricing, private_offers, stock, terms)
SLICES = (
    "addresses", "ledger", "stock", "payments", "products", "terms", "coupons", "cart", "alerts", "orders", "answers",
    "private_offers", "funnel",
)  # fmt: skip


def init_app(app: Flask) -> None:
    for name in SLICES:
        import_module(f"shop.{name}").init_app(app)
