"""HTTP for saved searches."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, render_template, request

from core.errors import Invalid
from core.i18n import _
from core.limits import address, limit
from core.mail import reader_of
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from search.consumers import engine
from search.engine import Unavailable
from search.saved import commands, digests, feeds, queries, rules, wants
from search.saved.forms import TELL_NAMES, ChangeForm, SaveForm
from search.saved.models import SavedSearch
from search.saved.sentences import asked_in_words
from search.telling.commands import stop_digest_mail

blueprint = Blueprint("saved", __name__)


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    return {"tell_names": TELL_NAMES}


@blueprint.get("/searches")
@sign_in_required
def index() -> Response:
    searches = queries.searches_of(member())
    return render("search/saved/index.html", searches=searches, address_of=wants.address_of, in_words=asked_in_words)


@blueprint.post("/searches")
@sign_in_required
def save() -> Response:
    limit("save-search", member().id)
    form = SaveForm()
    if not form.validate():
        raise Invalid("name", next(errors[0] for errors in form.errors.values()))
    want, count = wants.understood(request.form), queries.how_often(engine())
    saved = commands.save(want, member=member(), choice=form.choice(), count=count)
    return done("/searches", fragment="search/saved/_saved.html", saved=saved)


@blueprint.get("/searches/<int:search_id>")
@sign_in_required
def show(search_id: int) -> Response:
    search = queries.search_for(member(), search_id)
    form = ChangeForm(name=search.name, tell=search.tell, q=search.asked.get("q", ""))
    return _page(search, form)


@blueprint.post("/searches/<int:search_id>")
@sign_in_required
def change(search_id: int) -> Response:
    search, form = queries.search_for(member(), search_id), ChangeForm()
    if not form.validate():
        return _page(search, form, 422)
    try:
        want = wants.understood({**search.asked, "q": form.q.data or ""})
        commands.change(search, want, choice=form.choice(), count=queries.how_often(engine()))
    except Invalid as problem:
        show_errors(form, problem)
        return _page(search, form, problem.status)
    flash(_("Saved."), "success")
    return done("/searches")


@blueprint.post("/searches/<int:search_id>/remove")
@sign_in_required
def remove(search_id: int) -> Response:
    commands.remove(queries.search_for(member(), search_id))
    return done("/searches")


@blueprint.post("/searches/<int:search_id>/feed")
@sign_in_required
def open_feed(search_id: int) -> Response:
    commands.open_feed(queries.search_for(member(), search_id))
    return done(f"/searches/{search_id}")


@blueprint.post("/searches/<int:search_id>/feed/stop")
@sign_in_required
def close_feed(search_id: int) -> Response:
    commands.close_feed(queries.search_for(member(), search_id))
    return done(f"/searches/{search_id}")


@blueprint.get("/feeds/searches/<token>.xml")
def feed(token: str) -> Any:
    """Read in its owner's name: whoever has the address sees what the owner may see."""
    limit("feed", address())
    search = queries.search_of_feed(token)
    want = rules.check_want(wants.read(search.asked))
    try:
        found = feeds.entries(engine(), search, want, current_app.config["CURRENCY"])
    except Unavailable:
        return Response(status=503, headers={"Retry-After": "60"})
    page = render_template("search/saved/feed.xml", search=search, entries=found, where=wants.address_of(search.asked))
    answer = make_response(feeds.as_xml(page))
    answer.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/searches/unsubscribe/<token>")
def ask_unsubscribe(token: str) -> Response:
    reader_of(digests.MAILS, token)
    return render("search/saved/unsubscribe.html", token=token, is_done=False)


@blueprint.post("/searches/unsubscribe/<token>")
def unsubscribe(token: str) -> Response:
    """By the page's button, or by a mail program itself (RFC 8058), which has no session to carry a token."""
    stop_digest_mail(reader_of(digests.MAILS, token))
    return render("search/saved/unsubscribe.html", token=token, is_done=True)


def _page(search: SavedSearch, form: ChangeForm, status: int = 200) -> Response:
    where, beside = wants.address_of(search.asked), asked_in_words({**search.asked, "q": ""})
    return render("search/saved/show.html", search=search, form=form, where=where, beside=beside, status=status)
