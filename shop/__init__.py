"""The shop: products, stock, the ledger, payments, saved products, orders, private offers."""

from importlib import import_module

from flask import Flask

from shop.alerts import models as alerts
from shop.answers import models as answers
from shop.approvals import models as approvals
from shop.attributes import models as attributes
from shop.cart import models as cart
from shop.corrections import models as corrections
from shop.disputes import models as disputes
from shop.feedback import models as feedback
from shop.ledger import models as ledger
from shop.orders import models as orders
from shop.payments import models as payments
from shop.private_offers import models as private_offers
from shop.proof import models as proof
from shop.providers import models as providers
from shop.stock import models as stock

# One slice a line: branches that add one then seldom meet.
TABLES = (
    alerts,
    answers,
    approvals,
    attributes,
    cart,
    corrections,
    disputes,
    feedback,
    ledger,
    orders,
    payments,
    private_offers,
    proof,
    providers,
    stock,
)
SLICES = (  # in the order in which their blueprints, slots and consumers register
    "attributes",
    "ledger",
    "stock",
    "providers",
    "payments",
    "statements",
    "corrections",
    "products",
    "variants",
    "cart",
    "alerts",
    "stockroom",
    "orders",
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
