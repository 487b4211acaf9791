"""Alipay's payment page (alipay.trade.page.pay), by python-alipay-sdk. Amounts are decimals of CNY there.

https://opendocs.alipay.com/open/028r8t, asynchronous news https://opendocs.alipay.com/open/270/105902. A trade exists
there only once the payer has opened its address; the address itself says until when it may be paid.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from alipay import AliPay, AliPayConfig
from alipay.exceptions import AliPayException, AliPayValidationError

from core.clock import now
from core.i18n import _
from core.money import format_plain
from core.provider_settings import Alipay
from shop.providers import interface
from shop.providers.interface import Back, BadCallback, Down, Seen, Told, Wanted
from shop.providers.kinds.checks import check_moment, reference_in
from shop.providers.kinds.wire import fetch

BEIJING = timezone(timedelta(hours=8))
MOMENT = "%Y-%m-%d %H:%M:%S"
DONE, MISSING = "10000", "ACQ.TRADE_NOT_EXIST"
BUSY = ("20000", "ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error")
STATES = {
    "WAIT_BUYER_PAY": interface.WAITING,
    "TRADE_SUCCESS": interface.PAID,
    "TRADE_FINISHED": interface.PAID,
    "TRADE_CLOSED": interface.CLOSED,
}


class Client(AliPay):  # type: ignore[misc]
    """The library with our own address, time limit and Beijing's time (it writes the server's)."""

    def __init__(self, settings: Alipay, timeout: float):
        keys = {"app_private_key_string": settings.key, "alipay_public_key_string": settings.public_key}
        super().__init__(appid=settings.app_id, config=AliPayConfig(timeout=timeout), **keys)
        self._gateway, self.timeout = settings.url, timeout

    def build_body(self, method: str, biz_content: Any = None, **given: Any) -> dict[str, Any]:
        moment = now().astimezone(BEIJING).strftime(MOMENT)
        body: dict[str, Any] = super().build_body(method, biz_content, **given, timestamp=moment)
        return body

    def verified_sync_response(self, data: Any, response_type: str) -> dict[str, Any]:
        """Down for what is not signed by Alipay, whatever it says."""
        _status, text = fetch("GET", f"{self._gateway}?{self.sign_data(data)}", timeout=self.timeout)
        try:
            answer: dict[str, Any] = self._verify_and_return_sync_response(text, response_type)
        except (AliPayException, AliPayValidationError, ValueError, AttributeError) as problem:
            raise Down(type(problem).__name__) from problem
        if answer.get("code") in BUSY or answer.get("sub_code") in BUSY:
            raise Down(str(answer.get("sub_code") or answer.get("code")))
        return answer


class AlipayProvider:
    name = "alipay"

    def __init__(self, settings: Alipay, timeout: float):
        self.settings, self.client = settings, Client(settings, timeout)

    def label(self) -> str:
        return _("Alipay")

    def hint(self) -> str:
        return _("On Alipay's page or in its app.")

    def takes(self, currency: str) -> bool:
        return currency == "CNY"

    def create(self, wanted: Wanted) -> Seen:
        """Nothing is sent: the address that the payer opens is signed here."""
        query = self.client.api_alipay_trade_page_pay(
            subject=wanted.title,
            out_trade_no=wanted.reference,
            total_amount=format_plain(wanted.amount, "CNY"),
            return_url=wanted.back,
            notify_url=wanted.news,
            time_expire=wanted.until.astimezone(BEIJING).strftime(MOMENT),
        )
        return Seen(interface.WAITING, address=f"{self.settings.url}?{query}")

    def query(self, reference: str, own_name: str = "") -> Seen:
        answer = self.client.api_alipay_trade_query(out_trade_no=reference)
        if answer.get("code") != DONE:
            return Seen(interface.UNKNOWN)
        state = STATES.get(answer.get("trade_status", ""), interface.UNKNOWN)
        amount = _minor(answer.get("total_amount")) if state == interface.PAID else 0
        currency = answer.get("trans_currency") or "CNY"
        return Seen(state, amount, currency if amount else "", answer.get("trade_no", ""))

    def capture(self, reference: str, own_name: str, amount: int) -> Seen:
        """There is nothing to capture: what is paid is paid."""
        return self.query(reference, own_name)

    def close(self, reference: str, own_name: str = "") -> Seen:
        answer = self.client.api_alipay_trade_close(out_trade_no=reference)
        if answer.get("code") == DONE or answer.get("sub_code") == MISSING:
            return Seen(interface.CLOSED)
        return self.query(reference, own_name)

    def refund(self, back: Back) -> str:
        """`out_request_no` makes it once."""
        given = {"out_trade_no": back.reference, "out_request_no": back.key}
        answer = self.client.api_alipay_trade_refund(format_plain(back.amount, back.currency), **given)
        return interface.SENT if answer.get("code") == DONE else interface.NOT_SENT

    def parse_callback(self, headers: Mapping[str, str], body: bytes, received: datetime) -> Told:
        told = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        signature = told.pop("sign", "")
        try:
            is_genuine = self.client.verify(dict(told), signature)
        except (AliPayException, ValueError) as problem:
            raise BadCallback("signature") from problem
        if not is_genuine or told.get("app_id") != self.settings.app_id:
            raise BadCallback("signature")
        check_moment(_moment(told.get("notify_time", "")), received)
        return Told(reference_in(told, "out_trade_no"), told.get("notify_id", "")[:100])

    def thanks(self) -> tuple[str, str]:
        return "success", "text/plain"


def _minor(amount: Any) -> int:
    """Decimal yuan in fen, exactly. Down for what is none: nothing may be concluded from it."""
    try:
        fen = Decimal(str(amount)).scaleb(2)
    except InvalidOperation as problem:
        raise Down("amount") from problem
    if not fen.is_finite() or fen != int(fen):
        raise Down("amount")
    return int(fen)


def _moment(typed: str) -> datetime:
    try:
        return datetime.strptime(typed, MOMENT).replace(tzinfo=BEIJING)
    except ValueError as problem:
        raise BadCallback("shape") from problem
