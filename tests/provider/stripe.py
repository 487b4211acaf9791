"""Stripe's language, as far as the site speaks it: Checkout Sessions, capture, refunds, signed webhooks."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from secrets import token_hex
from urllib.parse import parse_qsl, urlsplit

from tests.provider.till import Pay

STATUS = {"waiting": "requires_payment_method", "extra": "requires_action", "authorised": "requires_capture"}
STATUS |= {"paid": "succeeded", "charged_back": "succeeded", "declined": "requires_payment_method"}


def answer(server, method, path, headers, body):
    if not path.startswith("/v1/"):
        return None
    if headers.get("authorization") != f"Bearer {server.secret}":
        return 401, {"error": {"type": "invalid_request_error", "message": "key"}}
    parts, given = urlsplit(path).path.split("/")[2:], dict(parse_qsl(body.decode()))
    given |= dict(parse_qsl(urlsplit(path).query))
    till = server.till
    if parts[0] == "refunds":
        return _refunds(till, method, given)
    if parts == ["checkout", "sessions"]:
        return 200, _session(till, _create(till, given, headers))
    pay = _find(till, parts[2] if parts[0] == "checkout" else parts[1])
    return _wrong("resource_missing", 404) if pay is None else _about(till, pay, parts, given)


def _about(till, pay, parts, given):
    if parts[-1] == "capture" and pay.state == "authorised":
        till.capture(pay, int(given["amount_to_capture"]))
    if parts[-1] == "expire":
        if pay.state not in ("waiting", "extra"):
            return _wrong("not_open")
        till.close(pay)
    return 200, _session(till, pay) if parts[0] == "checkout" else _intent(pay)


def _create(till, given, headers):
    price = "line_items[0][price_data]"
    assert headers["idempotency-key"] == given["client_reference_id"] + "-create"
    assert int(given["expires_at"]) >= time.time() + till.ahead + 1700, "sessions live half an hour at least"
    amount, currency = int(given[f"{price}[unit_amount]"]), given[f"{price}[currency]"].upper()
    made = Pay(given["metadata[reference]"], amount, currency, given["success_url"], dialect="stripe")
    return till.create(made)


def _find(till, name):
    known = (pay for pay in till.pays.values() if pay.own_name in (name.removeprefix("cs_"), name.removeprefix("pi_")))
    return next(known, None)


def _session(till, pay):
    done = {"closed": "expired", "waiting": "open", "extra": "open"}.get(pay.state, "complete")
    address = f"{till.address}/pay/{pay.reference}" if done == "open" else None
    metadata = {"reference": pay.reference}
    session = {"id": f"cs_{pay.own_name}", "object": "checkout.session", "status": done, "url": address}
    return session | {"metadata": metadata, "payment_intent": _intent(pay)}


def _intent(pay):
    charge = {"id": "ch", "object": "charge", "disputed": pay.state == "charged_back"}
    error = {"code": pay.reason} if pay.state == "declined" else None
    found = {"id": f"pi_{pay.own_name}", "object": "payment_intent", "status": STATUS.get(pay.state, "canceled")}
    money = {"amount": pay.amount, "amount_received": pay.captured, "currency": _currency(pay).lower()}
    return found | money | {"latest_charge": charge, "last_payment_error": error}


def _currency(pay):
    return pay.captured_currency or pay.currency


def _refunds(till, method, given):
    pay = _find(till, given["payment_intent"])
    if method == "GET":
        rows = [{"id": key, "object": "refund", "status": "succeeded", "metadata": {"key": key}} for key in pay.refunds]
        return 200, {"object": "list", "data": rows, "has_more": False, "url": "/v1/refunds"}
    state = till.refund(pay, given["metadata[key]"], int(given["amount"]))
    if state == "not_sent":
        return _wrong("charge_already_refunded")
    refund = {"id": "re", "object": "refund", "metadata": {"key": given["metadata[key]"]}}
    return 200, refund | {"status": {"sent": "succeeded"}.get(state, "pending")}


def _wrong(code, status=400):
    return status, {"error": {"type": "invalid_request_error", "code": code, "message": code}}


def news(server, pay):
    made = {"metadata": {"reference": pay.reference}, "id": f"cs_{pay.own_name}", "object": "checkout.session"}
    body = json.dumps({"id": f"evt_{token_hex(8)}", "object": "event", "data": {"object": made}}).encode()
    moment = str(int(datetime.now(UTC).timestamp() + server.till.ahead))
    signature = hmac.new(server.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"Content-Type": "application/json", "Stripe-Signature": f"t={moment},v1={signature}"}
