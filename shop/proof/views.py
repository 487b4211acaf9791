"""HTTP for proof: the public page that says how each number is made."""

from flask import Blueprint, Response

from core.web import render
from shop.proof import rules

blueprint = Blueprint("proof", __name__)


@blueprint.get("/trust")
def method() -> Response:
    return render("shop/proof/method.html", rules=rules)
