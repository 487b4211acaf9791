"""HTTP of the wallet: what it holds, putting money in, taking it out."""

from uuid import uuid4

from flask import Blueprint, current_app, flash, request, url_for
from werkzeug.wrappers import Response

from core.errors import Refused
from core.i18n import _
from core.limits import limit
from core.money import format_plain
from core.settings import Settings
from core.slots import fill
from core.web import done, local_path, render, show_errors
from forum.members.auth import confirmation_required, member, sign_in_required
from shop.ledger.queries import balance
from shop.payments import commands, giving_back, queries
from shop.payments.forms import TopUpForm, WithdrawForm
from shop.payments.models import WAITING
from shop.payments.providers import Provider, available
from shop.providers import kinds
from shop.providers.commands import start
from shop.providers.rules import Ask

blueprint = Blueprint("wallet", __name__)


def key_of(typed: str) -> int:
    """A row's key from an address; ValueError (so: none) for what no row can have."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise ValueError(typed)
    return int(typed)


@blueprint.get("/wallet")
@sign_in_required
def show() -> Response:
    page = queries.wallet_page(member().id, _currency(), request.args.get("before", type=key_of))
    return render(
        "shop/payments/wallet.html",
        fragment="shop/payments/_entries.html",
        page=page,
        key=uuid4().hex,
        **fill("wallet.show", member(), _currency()),
    )


@blueprint.get("/wallet/movements/<int:transfer_id>")
@sign_in_required
def movement(transfer_id: int) -> Response:
    page = queries.movement_page(member().id, _currency(), transfer_id)
    return render("shop/payments/movement.html", page=page)


@blueprint.get("/wallet/top-up")
@sign_in_required
def top_up() -> Response:
    wanted = {name: request.args.get(name, "") for name in ("amount", "next")}
    return _show_top_up(_top_up_form(**wanted))


@blueprint.post("/wallet/top-up")
@sign_in_required
def ask_top_up() -> Response:
    limit("money", member().id)
    form = _top_up_form()
    if not form.validate():
        return _show_top_up(form, 422)
    try:
        if provider := kinds.find(form.provider.data, _settings()):
            asked = form.asked()
            ask = Ask(asked.key, provider.name, asked.amount, asked.currency, body={"next": form.next.data or ""})
            return done(f"/payments/{start(member(), ask).reference}")
        made = commands.ask_top_up(member(), form.asked(), form.chosen())
    except Refused as problem:
        show_errors(form, problem)
        return _show_top_up(form, problem.status, problem.code)
    if made.state == WAITING:
        return done(url_for("wallet.asked_top_up", top_up_id=made.id))
    flash(_("The money is in your wallet."), "success")
    return done(local_path(form.next.data, url_for("wallet.show")))


@blueprint.get("/wallet/top-up/<int:top_up_id>")
@sign_in_required
def asked_top_up(top_up_id: int) -> Response:
    found = queries.top_up_of(member().id, top_up_id)
    return render("shop/payments/top_up_asked.html", top_up=found, bank_account=_settings().bank_account)


@blueprint.get("/wallet/withdraw")
@sign_in_required
@confirmation_required
def withdraw() -> Response:
    return _show_withdraw(WithdrawForm(currency=_currency()))


@blueprint.post("/wallet/withdraw")
@sign_in_required
@confirmation_required
def ask_withdrawal() -> Response:
    limit("money", member().id)
    form = WithdrawForm(currency=_currency())
    if not form.validate():
        return _show_withdraw(form, 422)
    try:
        commands.ask_withdrawal(member(), form.asked(), form.destination.data or "")
    except Refused as problem:
        show_errors(form, problem)
        return _show_withdraw(form, problem.status, problem.code)
    flash(_("Your withdrawal is on its way. Its clock is below."), "success")
    return done(url_for("wallet.show"))


@blueprint.post("/wallet/withdrawals/<int:withdrawal_id>/cancel")
@sign_in_required
def cancel_withdrawal(withdrawal_id: int) -> Response:
    commands.cancel_withdrawal(withdrawal_id, member())
    flash(_("Cancelled. The money is back in your wallet."), "success")
    return done(url_for("wallet.show"))


@blueprint.post("/wallet/top-ups/<int:top_up_id>/give-back")
@sign_in_required
@confirmation_required
def give_back(top_up_id: int) -> Response:
    limit("money", member().id)
    giving_back.give_back(member(), top_up_id, _key(), _providers())
    return _given_back()


@blueprint.post("/wallet/give-back")
@sign_in_required
@confirmation_required
def give_all_back() -> Response:
    limit("money", member().id)
    giving_back.give_all_back(member(), _currency(), _key(), _providers())
    return _given_back()


def _given_back() -> Response:
    flash(_("It goes back to where it came from. Its clock is below while it waits."), "success")
    return done(url_for("wallet.show"))


def _key() -> str:
    """Of the page that the button stood on, so that a second press is the first one again."""
    return (request.form.get("key") or "")[:32]


def _providers() -> dict[str, Provider]:
    return {provider.name: provider for provider in available(sandbox=_settings().sandbox)}


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _currency() -> str:
    return _settings().currency


def _top_up_form(**wanted: str) -> TopUpForm:
    ways = [*kinds.online(_settings()), *available(sandbox=_settings().sandbox)]
    return TopUpForm(currency=_currency(), providers=ways, **wanted)


def _show_top_up(form: TopUpForm, status: int = 200, code: str = "") -> Response:
    return render("shop/payments/top_up.html", status=status, form=form, code=code)


def _show_withdraw(form: WithdrawForm, status: int = 200, code: str = "") -> Response:
    held = balance(member().id, form.currency)
    everything = format_plain(held, form.currency)
    return render(
        "shop/payments/withdraw.html", status=status, form=form, code=code, balance=held, everything=everything
    )
