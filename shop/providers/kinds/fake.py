"""The provider of tests and demonstrations: `python -m tests.provider` speaks the other side of this."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.i18n import _
from core.provider_settings import Fake
from shop.providers import interface
from shop.providers.interface import Back, BadCallback, Seen, Told, Wanted
from shop.providers.kinds.checks import check_window, read_json, reference_in
from shop.providers.kinds.wire import ask


class FakeProvider:
    name = "fake"

    def __init__(self, settings: Fake, timeout: float):
        self.settings, self.timeout = settings, timeout

    def label(self) -> str:
        return _("Pretend card")

    def hint(self) -> str:
        return _("For demonstrations: a provider on this machine that takes no real money.")

    def takes(self, currency: str) -> bool:
        return True

    def create(self, wanted: Wanted) -> Seen:
        body = {
            "reference": wanted.reference,
            "amount": wanted.amount,
            "currency": wanted.currency,
            "until": wanted.until.isoformat(),
            "back": wanted.back,
            "news": wanted.news,
        }
        return self._seen("POST", "/payments", body)

    def query(self, reference: str, own_name: str = "") -> Seen:
        return self._seen("GET", f"/payments/{reference}")

    def capture(self, reference: str, own_name: str, amount: int) -> Seen:
        return self._seen("POST", f"/payments/{reference}/capture", {"amount": amount})

    def close(self, reference: str, own_name: str = "") -> Seen:
        return self._seen("POST", f"/payments/{reference}/close", {})

    def refund(self, back: Back) -> str:
        body = {"key": back.key, "amount": back.amount, "currency": back.currency}
        status, answer = self._ask("POST", f"/payments/{back.reference}/refunds", body)
        known = {"sent": interface.SENT, "on_the_way": interface.ON_THE_WAY}
        return known.get(answer.get("state"), interface.NOT_SENT) if status < 400 else interface.NOT_SENT

    def parse_callback(self, headers: Mapping[str, str], body: bytes, received: datetime) -> Told:
        time, nonce = headers.get("x-time", ""), headers.get("x-nonce", "")
        signed = b".".join((time.encode(), nonce.encode(), body))
        right = hmac.new(self.settings.secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right.encode(), headers.get("x-signature", "").encode()):
            raise BadCallback("signature")
        check_window(time, received)
        return Told(reference_in(read_json(body), "reference"), nonce[:100])

    def thanks(self) -> tuple[str, str]:
        return "ok", "text/plain"

    def _seen(self, method: str, path: str, body: object = None) -> Seen:
        status, answer = self._ask(method, path, body)
        if status == 404:
            return Seen(interface.CLOSED if path.endswith("/close") else interface.UNKNOWN)
        fields = {name: answer[name] for name in ("state", "amount", "currency", "own_name", "reason", "address")}
        return Seen(**fields)

    def _ask(self, method: str, path: str, body: object) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.settings.secret}"}
        return ask(method, self.settings.url + path, headers=headers, body=body, timeout=self.timeout)
