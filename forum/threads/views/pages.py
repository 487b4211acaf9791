"""Pages one reads: home, a board's threads, a thread."""

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from core.errors import Refused, TooMany
from core.slots import fill
from core.web import render
from forum.boards.queries import board_page
from forum.members.auth import viewer
from forum.members.models import Member
from forum.threads import queries
from forum.threads.forms import ReplyForm
from forum.threads.queries import Opened
from forum.threads.views.blueprint import number_of, threads


@threads.get("/")
def home() -> Response:
    who = viewer()
    if isinstance(who, Member):
        rows, boards, page = queries.own_threads(who), queries.own_boards(who), "forum/threads/home.html"
    else:
        rows, boards, page = queries.public_threads(), queries.featured_boards(), "forum/threads/welcome.html"
    lively = [] if boards else queries.featured_boards()
    return render(page, rows=rows, boards=boards, lively=lively, **fill("thread.list", rows, who), **fill("home", who))


@threads.get("/b/<slug>")
def board(slug: str) -> Response:
    page = board_page(viewer(), slug)
    if not page.may_read:
        return render("forum/threads/facade.html", page=page)
    wanted = queries.Wanted(*(request.args.get(name, "") for name in ("sort", "kind", "after", "tag")))
    found = queries.board_threads(viewer(), page.board, wanted)
    extras = fill("thread.list", found.rows, viewer())
    part = "forum/threads/_part.html" if wanted.after else None
    tags = queries.tags_of_board(page.board, wanted.tag)
    return render("forum/threads/board.html", fragment=part, page=page, found=found, wanted=wanted, tags=tags, **extras)


@threads.get("/t/<int:thread_id>", defaults={"slug": ""})
@threads.get("/t/<int:thread_id>/<slug>")
def show(thread_id: int, slug: str) -> Response:
    opened = queries.open_thread(viewer(), thread_id)
    if slug and slug != opened.thread.slug:
        query = request.query_string.decode("ascii", "ignore")
        return redirect(opened.thread.address + (f"?{query}" if query else ""), 301)
    return thread_answer(opened, _reply_form(opened), number_of("page"))


def _reply_form(opened: Opened) -> ReplyForm | None:
    """An empty one or one with a quote; none for those who may not reply."""
    if not opened.may_reply:
        return None
    form = ReplyForm(formdata=None)
    if quote := queries.quote_of(opened, number_of("quote", 0)):
        form.body.data, form.reply_to.data = quote, request.args["quote"]
    return form


@threads.get("/t/<int:thread_id>/posts/<int:post_no>")
def post(thread_id: int, post_no: int) -> Response:
    """A post's address that stays right whatever page it is on."""
    opened = queries.open_thread(viewer(), thread_id)
    return redirect(opened.thread.address_of(min(max(post_no, 1), opened.thread.post_count)), 302)


def thread_answer(opened: Opened, form: ReplyForm | None, number: int, **answer: Any) -> Response:
    """The thread's page around a reply form, as it is asked for or after a mistake."""
    page = queries.thread_page(opened, number)
    if form:
        form.last_no.data = page.last_no
    extras = fill("thread.show", opened.thread, viewer())
    return render("forum/threads/show.html", page=page, opened=opened, form=form, **extras, **answer)


def refused(answer: Response, problem: Refused) -> Response:
    """A form that was right but came at a wrong time: it is shown again with all that was typed."""
    answer.status_code = problem.status
    if isinstance(problem, TooMany):
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer
