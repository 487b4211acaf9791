"""HTTP for demand figures."""

from flask import Blueprint, Response, current_app, request

from core.errors import Invalid, TooMany
from core.limits import address, household, limit
from core.web import done, local_path, render
from forum.members.auth import member, sign_in_required, viewer
from search import asking
from search.consumers import engine
from search.demand import commands, queries, rules
from search.engine import Unavailable
from search.helping import LITTLE

blueprint = Blueprint("demand", __name__)


@blueprint.post("/search/missed")
def missed() -> Response:
    """From the page that found nothing or little. The answer is the same whether it was counted or not."""
    asker = f"member:{viewer().id}" if viewer().id else f"address:{household(address())}"
    try:
        limit("missed", asker)
        _count(asker)
    except (Invalid, TooMany, Unavailable):
        pass
    return done(local_path(request.form.get("next"), "/search"), fragment="search/demand/_noted.html")


def _count(asker: str) -> None:
    """What the caller says it found is not believed: the search is made again, as they may read."""
    question = asking.read(request.form).question
    topic = rules.topic_of(question)
    if topic is None or queries.names_someone(topic):
        return
    found = queries.result_count(engine(), viewer(), question, current_app.config["CURRENCY"])
    if found is not None and found <= LITTLE:
        secret = current_app.config["SECRET_KEY"]
        commands.count(topic, asker=asker, secret=secret, is_nothing=not found)


@blueprint.get("/demand")
@sign_in_required
def show() -> Response:
    rules.check_may_see(sells=queries.may_see(member()))
    days = rules.PERIODS[1] if request.args.get("days") == str(rules.PERIODS[1]) else rules.PERIODS[0]
    return render("search/demand/show.html", figures=queries.figures(engine(), member(), days), days=days)
