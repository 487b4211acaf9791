"""HTTP for search."""

from flask import Blueprint, Response, current_app, request

from core.errors import Invalid
from core.limits import address, limit
from core.web import render
from forum.members.auth import viewer
from search import asking, pages, suggestions
from search.consumers import engine
from search.query import Question

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def page() -> Response:
    limit("search", viewer().id or address())
    try:
        wanted = asking.read(request.args)
    except Invalid as problem:
        wanted = asking.Wanted(Question(request.args.get("q", "")[:100]))
        return _shown(pages.SearchPage(wanted), status=problem.status, problem=str(problem))
    if wanted.is_empty:
        return _shown(pages.SearchPage(wanted))
    return _shown(pages.search(engine(), viewer(), wanted, current_app.config["CURRENCY"]))


def _shown(found: pages.SearchPage, *, status: int = 200, problem: str = "") -> Response:
    return render(
        "search/page.html", fragment="search/_results.html", status=status, found=found, problem=problem, me=viewer()
    )


@blueprint.get("/search/suggest")
def suggest() -> Response:
    limit("suggest", viewer().id or address())
    found = suggestions.suggest(engine(), viewer(), request.args.get("q", ""))
    return render("search/_suggestions.html", found=found)
