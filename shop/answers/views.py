"""HTTP for canned answers: a list with a form, and each one's text as it is said in a conversation."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, make_response, request

from core.errors import Invalid, Missing, Refused
from core.forms import whole
from core.i18n import _
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.answers import commands, queries
from shop.answers.forms import AnswerForm
from shop.answers.rules import MOST

blueprint = Blueprint("answers", __name__)
HERE = "/shop/answers"


@blueprint.get("/shop/answers")
@sign_in_required
def index() -> Response:
    return _page(AnswerForm(formdata=None), None)


@blueprint.post("/shop/answers")
@sign_in_required
def add() -> Response:
    return _save(AnswerForm(), lambda title, body: commands.add(member(), title, body))


@blueprint.get("/shop/answers/<int:answer_id>")
@sign_in_required
def edit(answer_id: int) -> Response:
    answer = queries.answer_for(member(), answer_id)
    return _page(AnswerForm(formdata=None, obj=answer), answer_id)


@blueprint.post("/shop/answers/<int:answer_id>")
@sign_in_required
def change(answer_id: int) -> Response:
    queries.answer_for(member(), answer_id)
    return _save(AnswerForm(), lambda title, body: commands.change(member(), answer_id, title, body), answer_id)


@blueprint.post("/shop/answers/<int:answer_id>/remove")
@sign_in_required
def remove(answer_id: int) -> Response:
    queries.answer_for(member(), answer_id)
    commands.remove(member(), answer_id)
    flash(_("The answer is removed."), "success")
    return done(HERE)


@blueprint.get("/shop/answers/<int:answer_id>/text")
@sign_in_required
def text(answer_id: int) -> Response:
    """The answer filled in for the conversation `in`, as plain text: for the composer's script."""
    conversation_id = whole(request.args.get("in"))
    if conversation_id is None:
        raise Missing
    answer = make_response(queries.filled_answer(member(), answer_id, conversation_id))
    answer.mimetype = "text/plain"
    return answer


def _save(form: AnswerForm, write: Callable[[str, str], object], answer_id: int | None = None) -> Response:
    if not form.validate():
        return _page(form, answer_id, 422)
    try:
        write(form.title.data or "", form.body.data or "")
    except Invalid as problem:
        show_errors(form, problem)
        return _page(form, answer_id, 422)
    except Refused as problem:
        return _page(form, answer_id, problem.status, problem)
    flash(_("The answer is saved."), "success")
    return done(HERE)


def _page(form: AnswerForm, answer_id: int | None, status: int = 200, problem: Refused | None = None) -> Response:
    shown: dict[str, Any] = {"form": form, "answer_id": answer_id, "problem": problem, "most": MOST}
    return render("shop/answers/index.html", status=status, answers=queries.answers_of(member()), **shown)
