"""HTTP for the cart: a page, and for htmx the drawer."""

from flask import Blueprint, Response

from core.errors import Invalid, Missing
from core.web import done, render
from forum.members.auth import member, sign_in_required
from shop.cart import commands, queries
from shop.cart.forms import CartForm

blueprint = Blueprint("cart", __name__)
DRAWER = "shop/cart/_drawer.html"


@blueprint.get("/cart")
@sign_in_required
def show() -> Response:
    cart = queries.cart_for(member())
    return render("shop/cart/show.html", fragment=DRAWER, cart=cart, cart_count=cart.count)


@blueprint.post("/cart/items")
@sign_in_required
def put() -> Response:
    form = CartForm()
    if not form.validate():
        raise _problem(form)
    quantity = 1 if form.quantity.data is None else form.quantity.data
    commands.put(form.offer.data or 0, member=member(), quantity=quantity)
    return _changed()


@blueprint.post("/cart/items/<int:offer_id>/remove")
@sign_in_required
def remove(offer_id: int) -> Response:
    commands.remove(offer_id, member=member())
    return _changed()


def _changed() -> Response:
    cart = queries.cart_for(member())
    return done("/cart", fragment=DRAWER, cart=cart, cart_count=cart.count)


def _problem(form: CartForm) -> Exception:
    """There is no form to come back to: the quantity's sentence goes to the page's notice line."""
    return Missing() if form.offer.errors else Invalid("quantity", str(form.quantity.errors[0]))
