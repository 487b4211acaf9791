"""The fake's own language: JSON, a bearer secret, callbacks signed with HMAC. The site's side: kinds/fake.py."""

import hashlib
import hmac
import json
import time
from secrets import token_hex

from tests.provider.till import Pay


def answer(server, method, path, headers, body):
    """(status, JSON) or None when this is another language."""
    till, parts = server.till, path.strip("/").split("/")
    if parts[0] != "payments":
        return None
    if headers.get("authorization") != f"Bearer {server.secret}":
        return 401, {"reason": "secret"}
    given = json.loads(body or b"{}")
    if method == "POST" and len(parts) == 1:
        return _create(till, given)
    pay = till.pays.get(parts[1])
    if pay is None:
        return 404, {"reason": "unknown"}
    if parts[2:] == ["refunds"]:
        return _refund(till, pay, given)
    if parts[2:] == ["capture"] and pay.state == "authorised":
        till.capture(pay, given["amount"])
    if parts[2:] == ["close"]:
        till.close(pay)
    return 200, shown(till, pay)


def _create(till, given):
    fields = ("reference", "amount", "currency", "back", "news", "until")
    pay = till.create(Pay(**{name: given[name] for name in fields}))
    if (pay.amount, pay.currency) != (given["amount"], given["currency"]):
        return 409, {"reason": "another body"}
    return 200, shown(till, pay)


def _refund(till, pay, given):
    if given["currency"] != pay.captured_currency:
        return 409, {"state": "not_sent"}
    return 200, {"state": till.refund(pay, given["key"], given["amount"])}


def shown(till, pay):
    return {
        "state": pay.state,
        "amount": pay.captured,
        "currency": pay.captured_currency,
        "own_name": pay.own_name,
        "reason": pay.reason,
        "address": f"{till.address}/pay/{pay.reference}",
    }


def news(server, pay):
    """A callback's body and headers, signed now."""
    body = json.dumps({"event": f"payment.{pay.state}", "reference": pay.reference}).encode()
    moment, nonce = str(int(time.time() + server.till.ahead)), token_hex(12)
    signed = b".".join((moment.encode(), nonce.encode(), body))
    signature = hmac.new(server.secret.encode(), signed, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/json",
        "X-Time": moment,
        "X-Nonce": nonce,
        "X-Signature": signature,
    }
