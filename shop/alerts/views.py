"""HTTP for saved products: the button in the offer box and the list."""

from flask import Blueprint, Response, request

from core.errors import Missing
from core.forms import whole
from core.web import done, local_path, render
from forum.members.auth import member, sign_in_required
from shop.alerts import commands, queries
from shop.products.queries import OfferCard, products_by_id

blueprint = Blueprint("alerts", __name__)
BUTTON = "shop/alerts/_button.html"


@blueprint.get("/saved")
@sign_in_required
def saved() -> Response:
    found = queries.saved_by(member(), whole(request.args.get("before")))
    return render("shop/alerts/saved.html", saved=found)


@blueprint.post("/saved/<int:product_id>/remove")
@sign_in_required
def forget(product_id: int) -> Response:
    """From the list, where also what has become hidden can be removed."""
    commands.remove(product_id, member=member())
    return done("/saved")


@blueprint.post("/p/<int:product_id>/save")
@sign_in_required
def save(product_id: int) -> Response:
    card = _card(product_id)
    commands.save(card, member=member())
    return _back(card, is_saved=True)


@blueprint.post("/p/<int:product_id>/unsave")
@sign_in_required
def unsave(product_id: int) -> Response:
    card = _card(product_id)
    commands.remove(product_id, member=member())
    return _back(card, is_saved=False)


def _card(product_id: int) -> OfferCard:
    """Through the gate."""
    found = products_by_id(member(), [product_id]).get(product_id)
    if found is None:
        raise Missing
    return found


def _back(card: OfferCard, *, is_saved: bool) -> Response:
    where = local_path(request.form.get("next"), card.address)
    return done(where, fragment=BUTTON, offer=card, saving=queries.Saving(is_saved))
