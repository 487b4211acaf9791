"""Stripe, by its own library: a Checkout Session for each payment.

https://docs.stripe.com/api/checkout/sessions, https://docs.stripe.com/webhooks#verify-manually. Our name for the
session is its idempotency key, so asking twice begins one. A session lives 30 minutes at least; ours ends sooner, and
is then expired there by `close`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import stripe

from core.i18n import _
from core.provider_settings import Stripe
from shop.providers import interface
from shop.providers.interface import Back, BadCallback, Down, Seen, Told, Wanted
from shop.providers.kinds.checks import check_window, read_json, reference_in
from shop.providers.kinds.wire import Session

SHORTEST = timedelta(minutes=30)
OTHER_UNITS = ("ISK", "UGX", "HUF", "TWD", "BHD", "JOD", "KWD", "OMR", "TND")  # not what ISO 4217 says, or rounded
NO_ANSWER = (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError, stripe.PermissionError)
WHOLE = {"expand": ["payment_intent.latest_charge"]}
REFUNDS = {"succeeded": interface.SENT, "pending": interface.ON_THE_WAY, "requires_action": interface.ON_THE_WAY}
T = TypeVar("T")


class StripeProvider:
    name = "stripe"

    def __init__(self, settings: Stripe, timeout: float):
        self.settings = settings
        http = stripe.RequestsClient(timeout=timeout, session=Session(timeout))
        self.client = stripe.StripeClient(
            settings.key, base_addresses={"api": settings.url}, max_network_retries=0, http_client=http
        ).v1

    def label(self) -> str:
        return _("Card")

    def hint(self) -> str:
        return _("On the pages of Stripe. This site never sees the number of your card.")

    def takes(self, currency: str) -> bool:
        return currency not in OTHER_UNITS

    def create(self, wanted: Wanted) -> Seen:
        metadata = {"reference": wanted.reference}
        price = {"currency": wanted.currency.lower(), "unit_amount": wanted.amount}
        item = {"quantity": 1, "price_data": {**price, "product_data": {"name": wanted.title}}}
        params = {
            "mode": "payment",
            "client_reference_id": wanted.reference,
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "line_items": [item],
            "success_url": wanted.back,
            "cancel_url": wanted.back,
            "expires_at": int((wanted.until + SHORTEST).timestamp()),
        }
        options = {"idempotency_key": f"{wanted.reference}-create"}
        made = _asked(lambda: self.client.checkout.sessions.create(params=params, options=options))  # type: ignore[arg-type]
        return _seen(made) if made is not None else Seen(interface.DECLINED, reason="refused_by_provider")

    def query(self, reference: str, own_name: str = "") -> Seen:
        return _seen(self._session(own_name)) if own_name else Seen(interface.UNKNOWN)

    def capture(self, reference: str, own_name: str, amount: int) -> Seen:
        intent = _intent(self._session(own_name))
        options = {"idempotency_key": f"{reference}-capture"}
        params = {"amount_to_capture": amount}
        _asked(lambda: self.client.payment_intents.capture(intent["id"], params, options))  # type: ignore[arg-type]
        return self.query(reference, own_name)

    def close(self, reference: str, own_name: str = "") -> Seen:
        """A session that was never known here was never shown to anybody."""
        if not own_name:
            return Seen(interface.CLOSED)
        _asked(lambda: self.client.checkout.sessions.expire(own_name))
        return self.query(reference, own_name)

    def refund(self, back: Back) -> str:
        """One that was asked for before is looked at: the idempotency key would repeat its first answer for ever."""
        intent = _intent(self._session(back.own_name)).get("id", "")
        known = _asked(lambda: self.client.refunds.list({"payment_intent": intent, "limit": 100}))
        mine: list[Any] = [found for found in (known.data if known else []) if _key_of(found) == back.key]
        if not mine:
            params = {"payment_intent": intent, "amount": back.amount, "metadata": {"key": back.key}}
            made = _asked(lambda: self.client.refunds.create(params, {"idempotency_key": back.key}))  # type: ignore[arg-type]
            mine = [made] if made is not None else []
        return REFUNDS.get(mine[0].status or "", interface.NOT_SENT) if mine else interface.NOT_SENT

    def parse_callback(self, headers: Mapping[str, str], body: bytes, received: datetime) -> Told:
        header = headers.get("stripe-signature", "")
        try:
            stripe.WebhookSignature.verify_header(body, header, self.settings.webhook_secret)
        except (stripe.SignatureVerificationError, ValueError) as problem:
            raise BadCallback("signature") from problem
        moments = [part[2:] for part in header.split(",") if part.startswith("t=")]
        check_window(moments[0] if moments else "", received)
        event = read_json(body)
        reference = reference_in(event, "data", "object", "metadata", "reference")
        return Told(reference, str(event.get("id", ""))[:100])

    def thanks(self) -> tuple[str, str]:
        return "{}", "application/json"

    def _session(self, own_name: str) -> Any:
        return _asked(lambda: self.client.checkout.sessions.retrieve(own_name, params=WHOLE))  # type: ignore[arg-type]


def _asked(ask: Callable[[], T]) -> T | None:
    """The answer, None when Stripe says no, or Down."""
    try:
        return ask()
    except NO_ANSWER as problem:
        raise Down(type(problem).__name__) from problem
    except stripe.InvalidRequestError:
        return None
    except stripe.StripeError as problem:
        if (problem.http_status or 500) >= 500 or problem.http_status in (409, 429):
            raise Down(type(problem).__name__) from problem
        return None


def _key_of(refund: Any) -> str:
    return str(refund.metadata["key"]) if refund.metadata and "key" in refund.metadata else ""


def _intent(session: Any) -> dict[str, Any]:
    found = session.payment_intent if session is not None else None
    return dict(found.to_dict()) if found is not None and not isinstance(found, str) else {}


def _seen(session: Any) -> Seen:
    if session is None:
        return Seen(interface.UNKNOWN)
    intent = _intent(session)
    state = _state(session, intent)
    reason = (intent.get("last_payment_error") or {}).get("code") or ""
    return Seen(
        state=state,
        amount=intent.get("amount_received") or 0,
        currency=str(intent.get("currency") or "").upper(),
        own_name=session.id,
        reason=reason,
        address=session.url or "",
    )


def _state(session: Any, intent: dict[str, Any]) -> str:
    if session.status == "expired":
        return interface.CLOSED
    charge = intent.get("latest_charge")
    if isinstance(charge, dict) and charge.get("disputed"):
        return interface.CHARGED_BACK
    if session.status == "complete" and intent.get("status") == "requires_payment_method":
        return interface.DECLINED
    return {
        "succeeded": interface.PAID,
        "requires_capture": interface.AUTHORISED,
        "requires_action": interface.EXTRA,
        "canceled": interface.CLOSED,
    }.get(intent.get("status", ""), interface.WAITING)
