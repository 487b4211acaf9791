"""HTTP for the seller's funnel."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request

from core.forms import whole
from core.web import render
from forum.members.auth import member, sign_in_required
from shop.funnel import queries
from shop.funnel.names import names_of

blueprint = Blueprint("funnel", __name__)
VIEWS = {"source": queries.by_source, "product": queries.by_product}


@blueprint.get("/shop/conversations")
@sign_in_required
def show() -> Response:
    days = whole(request.args.get("days"))
    days = days if days in queries.WINDOWS else 30
    by = request.args.get("by") if request.args.get("by") in VIEWS else "source"
    currency = current_app.config["CURRENCY"]
    funnel = VIEWS[by or "source"](member(), days, currency, request.args.get("after"))
    names = names_of([row.key for row in funnel.rows], member())
    older = urlencode({"by": by, "days": days, "after": funnel.older}) if funnel.older else None
    shown: dict[str, Any] = {"funnel": funnel, "names": names, "by": by, "days": days, "older": older}
    limits: dict[str, Any] = {"windows": queries.WINDOWS, "enough": queries.ENOUGH}
    return render("shop/funnel/show.html", currency=currency, **shown, **limits)
