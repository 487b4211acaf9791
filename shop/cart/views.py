"""HTTP for the cart: a page, and for htmx the drawer."""

from flask import Blueprint, Response, request

from core.errors import Refused
from core.web import done, render
from forum.members.auth import member, sign_in_required
from shop.cart import commands, queries
from shop.cart.forms import CartForm
from shop.products.views import show_refused as show_on_product

blueprint = Blueprint("cart", __name__)
DRAWER = "shop/cart/_drawer.html"
AT_QUANTITY = ("invalid", "limit_reached", "sold_out")  # refusals that are about how many were asked for


@blueprint.get("/cart")
@sign_in_required
def show() -> Response:
    return _page()


@blueprint.post("/cart/items")
@sign_in_required
def put() -> Response:
    form = CartForm()
    try:
        commands.put(form.offer_id, member=member(), quantity=form.units)
    except Refused as problem:
        return show_refused(problem, form.offer.data, in_cart="in_cart" in request.form)
    return _changed()


@blueprint.post("/cart/items/<int:offer_id>/remove")
@sign_in_required
def remove(offer_id: int) -> Response:
    commands.remove(offer_id, member=member())
    return _changed()


def _changed() -> Response:
    cart = queries.cart_for(member())
    return done("/cart", fragment=DRAWER, cart=cart, cart_count=cart.count)


def show_refused(problem: Refused, offer_id: int | None, *, in_cart: bool = False) -> Response:
    """At the quantity that was asked for: at its line in the cart, or in its offer box. Other problems are raised."""
    if problem.code not in AT_QUANTITY or offer_id is None:
        raise problem
    return _page(problem.status, {offer_id: str(problem)}) if in_cart else show_on_product(offer_id, problem)


def _page(status: int = 200, refused: dict[int, str] | None = None) -> Response:
    cart = queries.cart_for(member())
    context = {"cart": cart, "cart_count": cart.count, "refused": refused or {}}
    return render("shop/cart/show.html", fragment=DRAWER, status=status, **context)
