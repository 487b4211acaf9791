"""The shop: products, stock, the ledger, payments, saved products, orders, private offers."""

from importlib import import_module

from flask import Flask

from shop.addresses import models as addresses
from shop.alerts import models as alerts
from shop.answers import models as answers
from shop.approvals import models as approvals
from shop.attributes import models as attributes
from shop.cart import models as cart
from shop.corrections import models as corrections
from shop.coupons import models as coupons
from shop.disputes import models as disputes
from shop.feedback import models as feedback
from shop.ledger import models as ledger
from shop.orders import models as orders
from shop.payments import models as payments
from shop.pickups import models as pickups
from shop.pricing import models as pricing
from shop.private_offers import models as private_offers
from shop.proof import models as proof
from shop.providers import models as providers
from shop.returns import models as returns
from shop.shipments import models as shipments
from shop.stock import models as stock
from shop.terms import models as terms

# One slice a line: branches that add one then seldom meet.
TABLES = (
    addresses,
    alerts,
    answers,
    approvals,
    attributes,
    cart,
    coupons,
    corrections,
    disputes,
    feedback,
    ledger,
    orders,
    payments,
    pickups,
    pricing,
    private_offers,
    proof,
    returns,
    shipments,
    providers,
    stock,
    terms,
)
SLICES = (  # in the order in which their blueprints, slots and consumers register
    "addresses",
    "attributes",
    "ledger",
    "stock",
    "providers",
    "payments",
    "statements",
    "corrections",
    "products",
    "terms",
    "coupons",
    "variants",
    "cart",
    "alerts",
    "stockroom",
    "orders",
    "shipments",
    "returns",
    "pickups",
    "answers",
    "private_offers",
    "funnel",
    "feedback",
    "disputes",
    "proof",
)


def init_app(app: Flask) -> None:
    for name in SLICES:
        import_module(f"shop.{name}").init_app(app)
