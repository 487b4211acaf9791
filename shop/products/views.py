"""HTTP for products: the sell form, its two switches, and the product page."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, request

from core.errors import Invalid, Missing, Refused
from core.forms import whole
from core.i18n import _
from core.slots import fill
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required, viewer
from shop.attributes.rules import answers
from shop.products import commands, queries, rules
from shop.products.forms import SellForm, picture_lines, pictures_of, prefill

blueprint = Blueprint("products", __name__)


@blueprint.get("/t/<int:thread_id>/sell")
@sign_in_required
def sell_form(thread_id: int) -> Response:
    selling = queries.selling(member(), thread_id)
    rules.check_seller(selling.thread, member(), may_sell=selling.may_sell)
    return _form_page(selling, _form(selling, data=prefill(selling, current_app.config["CURRENCY"])))


@blueprint.post("/t/<int:thread_id>/sell")
@sign_in_required
def sell(thread_id: int) -> Response:
    selling = queries.selling(member(), thread_id)
    rules.check_seller(selling.thread, member(), may_sell=selling.may_sell)
    form = _form(selling)
    details, problems = answers(selling.asked, request.form)
    if not form.validate() or problems:
        return _form_page(selling, form, problems, 422)
    asked = details if request.form.get("attributes_shown") else None
    try:
        commands.sell(selling.thread, seller=member(), terms=form.terms(asked))
    except Refused as problem:
        if not isinstance(problem, Invalid) and problem.code != "below_taken":
            raise
        show_errors(form, Invalid("stock", str(problem)) if problem.code == "below_taken" else problem)
        return _form_page(selling, form, problems, 422)
    flash(_("Your offer is in the thread now.") if selling.card is None else _("Your offer is changed."), "success")
    return done(selling.thread.address)


@blueprint.post("/t/<int:thread_id>/sell/close")
@sign_in_required
def close(thread_id: int) -> Response:
    product = commands.close(queries.product_of(member(), thread_id), seller=member())
    return _back_to_thread(product.thread_id)


@blueprint.post("/t/<int:thread_id>/sell/reopen")
@sign_in_required
def reopen(thread_id: int) -> Response:
    product = commands.reopen(queries.product_of(member(), thread_id), seller=member())
    return _back_to_thread(product.thread_id)


@blueprint.get("/t/<int:thread_id>/sell/pictures")
@sign_in_required
def pictures(thread_id: int) -> Response:
    return _pictures_page(_own_product(thread_id))


@blueprint.post("/t/<int:thread_id>/sell/pictures")
@sign_in_required
def set_pictures(thread_id: int) -> Response:
    selling = _own_product(thread_id)
    assert selling.card is not None
    try:
        shown = pictures_of([picture.key for picture in selling.pictures], request.form)
        commands.set_pictures(selling.card.product, shown, seller=member())
    except Invalid as problem:
        return _pictures_page(selling, problem, 422)
    flash(_("Saved."), "success")
    return done(selling.card.product.address)


@blueprint.get("/p/<int:product_id>", defaults={"slug": ""})
@blueprint.get("/p/<int:product_id>/<slug>")
def show(product_id: int, slug: str) -> Response:
    """`?v=` chooses a variant."""
    extras, page = _product(product_id, whole(request.args.get("v")))
    canonical = page.card.product.address
    return render("shop/products/show.html", page=page, offer=page.card, canonical=canonical, **extras)


@blueprint.get("/p/<int:product_id>/box")
def box(product_id: int) -> Response:
    """What the thread's page puts in place of its offer when a variant is chosen there."""
    extras, page = _product(product_id, whole(request.args.get("v")))
    given: dict[str, Any] = {"page": page, "offer": page.card, "canonical": page.card.product.address, **extras}
    return render("shop/products/show.html", fragment="shop/products/_offer_box.html", **given)


def show_refused(offer_id: int, problem: Refused) -> Response:
    """The product's page as it is now, with what is wrong at the quantity; only that sentence for htmx.

    For what puts it into a cart or buys it.
    """
    extras, page = _product(queries.offer_for(viewer(), offer_id).product.id, offer_id)
    given: dict[str, Any] = {"page": page, "offer": page.card, "canonical": page.card.product.address, **extras}
    given |= {"refusal": problem, "typed": request.form.get("quantity", "1")}
    sentence = "shop/products/_refused.html"
    answer = render("shop/products/show.html", fragment=sentence, status=problem.status, **given)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#refused", "outerHTML"
    return answer


def _product(product_id: int, offer_id: int | None) -> tuple[dict[str, Any], queries.ProductPage]:
    page = queries.product_page(viewer(), product_id, offer_id)
    return {"choice": page.choice, **fill("product.show", page.thread, viewer())}, page


def _form(selling: queries.Selling, **given: Any) -> SellForm:
    """An offer keeps the currency it was made in, also when the site's own has changed since."""
    currency = selling.card.currency if selling.card else current_app.config["CURRENCY"]
    pictures = [picture.key for picture in selling.pictures]
    return SellForm(currency=currency, pictures=pictures, lead=selling.card, **given)


def _form_page(
    selling: queries.Selling, form: SellForm, problems: dict[str, str] | None = None, status: int = 200
) -> Response:
    told = selling.details if problems is None else request.form
    about: dict[str, Any] = {"asked": selling.asked, "answers": told, "answer_errors": problems or {}}
    return render("shop/products/sell.html", selling=selling, form=form, thread=selling.thread, status=status, **about)


def _own_product(thread_id: int) -> queries.Selling:
    selling = queries.selling(member(), thread_id)
    rules.check_seller(selling.thread, member(), may_sell=selling.may_sell)
    if selling.card is None:
        raise Missing
    return selling


def _pictures_page(selling: queries.Selling, problem: Invalid | None = None, status: int = 200) -> Response:
    assert selling.card is not None
    lines = picture_lines(selling, request.form if problem else None)
    about: dict[str, Any] = {"thread": selling.thread, "product": selling.card.product}
    return render("shop/products/pictures.html", lines=lines, problem=problem, status=status, **about)


def _back_to_thread(thread_id: int) -> Response:
    return done(f"/t/{thread_id}")
