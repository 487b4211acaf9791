"""HTTP of statements: a member's own wallet, and for operators the site's accounts."""

from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from core.clock import now
from core.errors import Missing
from core.forms import whole
from core.i18n import _
from core.limits import limit
from core.web import attach, render
from forum.members.auth import member, operator_required, sign_in_required
from shop.ledger.models import KINDS, WALLET
from shop.ledger.queries import first_moved_at
from shop.ledger.rules import house, wallet
from shop.statements import files, queries
from shop.statements.forms import PeriodForm
from shop.statements.rules import Period, months

blueprint = Blueprint("statements", __name__)
HOUSE = tuple(kind for kind in KINDS if kind != WALLET)


@blueprint.get("/wallet/statements")
@sign_in_required
def show() -> ResponseReturnValue:
    return _show(_own(), "/wallet/statements", ("/wallet", _("Wallet")))


@blueprint.get("/wallet/statements.csv")
@sign_in_required
def as_csv() -> ResponseReturnValue:
    return _csv(_own())


@blueprint.get("/wallet/statements.pdf")
@sign_in_required
def as_pdf() -> ResponseReturnValue:
    return _pdf(_own(), member().username)


@blueprint.get("/admin/accounts/<any(escrow,fees,outside,payouts,claims):account>")
@operator_required
def show_house(account: str) -> ResponseReturnValue:
    return _show(_house(account), f"/admin/accounts/{account}", ("/admin", _("Operator")), _tabs())


@blueprint.get("/admin/accounts/<any(escrow,fees,outside,payouts,claims):account>.csv")
@operator_required
def house_as_csv(account: str) -> ResponseReturnValue:
    return _csv(_house(account))


@blueprint.get("/admin/accounts/<any(escrow,fees,outside,payouts,claims):account>.pdf")
@operator_required
def house_as_pdf(account: str) -> ResponseReturnValue:
    return _pdf(_house(account), _house(account))


def _tabs() -> list[tuple[str, str, str]]:
    names = {"escrow": _("Escrow"), "fees": _("Fees"), "payouts": _("Payouts"), "outside": _("Outside: the bank")}
    names |= {"claims": _("Claims on members")}
    return [(f"/admin/accounts/{kind}", f"/admin/accounts/{kind}", names[kind]) for kind in HOUSE]


def _show(code: str, address: str, crumb: tuple[str, str], accounts: Any = ()) -> ResponseReturnValue:
    form = PeriodForm(request.args)
    page = queries.statement(code, form.chosen, whole(request.args.get("after")))
    offered = months(first_moved_at(code), now().date())
    shown = {"page": page, "form": form, "months": offered, "address": address, "crumb": crumb, "accounts": accounts}
    status = 200 if form.is_right else 422
    return render("shop/statements/show.html", fragment="shop/statements/_rows.html", status=status, **shown)


def _csv(code: str) -> ResponseReturnValue:
    limit("files", member().id)
    period = PeriodForm(request.args).right()
    return _file(files.as_csv(code, period), code, period, "csv")


def _pdf(code: str, owner: str) -> ResponseReturnValue:
    limit("files", member().id)
    period = PeriodForm(request.args).right()
    return _file(BytesIO(files.as_pdf(code, period, owner)), code, period, "pdf")


def _file(body: Any, code: str, period: Period, kind: str) -> ResponseReturnValue:
    name = f"{code.partition(':')[0]}-{period.first}-{period.last}.{kind}"
    return attach(body, name)


def _own() -> str:
    return wallet(member().id, current_app.config["CURRENCY"])


def _house(account: str) -> str:
    if account not in HOUSE:
        raise Missing
    return house(account, current_app.config["CURRENCY"])
