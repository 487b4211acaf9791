"""HTTP for it: a page of the settings."""

from flask import Blueprint, Response, flash

from core.i18n import _
from core.web import done, render
from forum.members.auth import member, sign_in_required
from search.telling import commands, queries
from search.telling.forms import TellingForm

blueprint = Blueprint("telling", __name__)


@blueprint.get("/settings/telling")
@sign_in_required
def settings() -> Response:
    return render("search/telling/settings.html", form=TellingForm(obj=queries.telling_of(member())))


@blueprint.post("/settings/telling")
@sign_in_required
def choose() -> Response:
    form = TellingForm()
    chosen = {"digest_mail": form.digest_mail.data, "wishes": form.wishes.data, "products": form.products.data}
    commands.choose(member(), **chosen)
    flash(_("Saved."), "success")
    return done("/settings/telling")
