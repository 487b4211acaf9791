"""Talking to providers: only the worker does it, and never while a transaction is open."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from flask import current_app

from core.clock import now
from core.db import db
from core.settings import Settings
from shop.providers import commands, interface, kinds, queries, rules
from shop.providers.interface import Back, Down, Provider, Seen, Wanted
from shop.providers.models import STARTED, WAITING, PayBack, Payment

log = structlog.get_logger()
T = TypeVar("T")
REST = timedelta(seconds=20)  # how long a provider that did not answer is left alone: others wait behind it
_resting: dict[str, datetime] = {}


def complete(payment_id: int) -> None:
    """Ask the provider how a payment stands, do what it needs (begin, capture, close), and bring ours there.

    Raises Down when the provider does not answer; the outbox tries again, later each time.
    """
    payment = queries.find(payment_id)
    if payment is None or (provider := kinds.find(payment.provider, settings())) is None:
        return
    wanted = _wanted(payment)
    db.session.rollback()
    seen = _asked(provider, lambda: _seen(provider, payment, wanted))
    commands.apply(payment_id, seen)


def _seen(provider: Provider, payment: Payment, wanted: Wanted) -> Seen:
    is_late = rules.is_overdue(payment, now())
    if payment.state == STARTED and not is_late:
        seen = provider.create(wanted)
    else:
        seen = provider.query(payment.reference, payment.own_name)
    if seen.state == interface.AUTHORISED:
        seen = provider.capture(payment.reference, seen.own_name, payment.amount)
    unfinished = seen.state in (interface.WAITING, interface.EXTRA, interface.UNKNOWN)
    if unfinished and (is_late or payment.state in rules.ENDED):
        seen = provider.close(payment.reference, seen.own_name or payment.own_name)
    return seen


def _wanted(payment: Payment) -> Wanted:
    site = settings().base_url
    return Wanted(
        reference=payment.reference,
        amount=payment.amount,
        currency=payment.currency,
        title=payment.reference,
        until=payment.until,
        back=f"{site}/payments/{payment.reference}",
        news=f"{site}/payments/callbacks/{payment.provider}",
    )


def send(pay_back_id: int) -> None:
    """Ask the provider to send money back, as often as it takes: its key makes it once. Raises Down."""
    back = queries.pay_back(pay_back_id)
    if back is None or back.state != WAITING:
        return
    if (provider := kinds.find(back.payment.provider, settings())) is None:
        return
    asked = _back(back)
    db.session.rollback()
    answer = _asked(provider, lambda: provider.refund(asked))
    if answer != interface.ON_THE_WAY:
        commands.decide_pay_back(pay_back_id, is_sent=answer == interface.SENT)


def _back(back: PayBack) -> Back:
    payment = back.payment
    return Back(
        reference=payment.reference,
        own_name=payment.own_name,
        key=f"{payment.reference}B{back.id}",
        amount=back.amount,
        currency=back.currency,
        paid=payment.seen_amount,
    )


def _asked(provider: Provider, ask: Callable[[], T]) -> T:
    if (until := _resting.get(provider.name)) and now() < until:
        raise Down(f"{provider.name} rests")
    try:
        return ask()
    except Down as problem:
        _resting[provider.name] = now() + REST
        log.warning("provider.down", provider=provider.name, problem=str(problem)[:200])
        raise


def wake() -> None:
    """Forget who did not answer. For tests."""
    _resting.clear()


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
