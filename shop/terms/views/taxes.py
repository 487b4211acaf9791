"""The operator's table of taxes."""

from flask import Response, flash

from core.errors import Invalid
from core.i18n import _, locale_name
from core.web import done, render, show_errors
from forum.members.auth import operator_required
from shop.addresses.formats import countries
from shop.terms import commands, queries
from shop.terms.forms import RATE_CLASSES, RateForm
from shop.terms.models import EVERYWHERE
from shop.terms.views.base import blueprint

HERE = "/admin/taxes"


@blueprint.get(HERE)
@operator_required
def taxes() -> Response:
    return _page(RateForm(formdata=None))


@blueprint.post(HERE)
@operator_required
def say_rate() -> Response:
    form = RateForm()
    if not form.validate():
        return _page(form, 422)
    try:
        commands.say_rate(form.said())
    except Invalid as problem:
        show_errors(form, problem)
        return _page(form, 422)
    flash(_("Saved. Orders that were placed keep their tax."), "success")
    return done(HERE)


@blueprint.post("/admin/taxes/<int:rate_id>/remove")
@operator_required
def remove_rate(rate_id: int) -> Response:
    commands.remove_rate(rate_id)
    return done(HERE)


def _page(form: RateForm, status: int = 200) -> Response:
    names = {EVERYWHERE: _("Everywhere else"), **countries(locale_name())}
    rates = queries.tax_table()
    return render("shop/terms/taxes.html", status=status, form=form, rates=rates, countries=names, classes=RATE_CLASSES)
