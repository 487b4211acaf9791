"""The cart: what a member has put aside to buy."""

from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError

from core.web import wants_fragment
from forum.members.auth import viewer
from shop.cart.queries import frame_for
from shop.cart.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    """The number in the page's head, and whether its menu is a seller's: one statement, for members, on whole pages.
    A page of trouble does without."""
    person = viewer()
    if person.id is None or wants_fragment():
        return {}
    try:
        count, sells = frame_for(person.id)
        return {"cart_count": count, "is_seller": sells}
    except OperationalError:
        return {}
