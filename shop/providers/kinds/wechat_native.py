"""WeChat Pay v3, Native (a code that is scanned), by wechatpayv3 in its mode with WeChat's public key.

https://pay.weixin.qq.com/doc/v3/merchant/4012791832, news https://pay.weixin.qq.com/doc/v3/merchant/4013070368.
Answers are believed only with WeChat's signature; callbacks carry theirs in headers and what they say encrypted.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import requests
from wechatpayv3 import WeChatPay, WeChatPayType

from core.i18n import _
from core.provider_settings import WeChat
from shop.providers import interface
from shop.providers.interface import Back, BadCallback, Down, Seen, Told, Wanted
from shop.providers.kinds.checks import check_window, reference_in
from shop.providers.kinds.wire import check_status, parsed

STATES = {
    "SUCCESS": interface.PAID,
    "REFUND": interface.PAID,  # some of it went back since; how much, our own books know
    "NOTPAY": interface.WAITING,
    "USERPAYING": interface.EXTRA,
    "ACCEPT": interface.WAITING,
    "CLOSED": interface.CLOSED,
    "REVOKED": interface.CLOSED,
    "PAYERROR": interface.DECLINED,
}
REFUNDS = {"SUCCESS": interface.SENT, "PROCESSING": interface.ON_THE_WAY}


class WeChatProvider:
    name = "wechat"

    def __init__(self, settings: WeChat, timeout: float):
        self.settings = settings
        self.client = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=settings.mchid,
            appid=settings.appid,
            private_key=settings.key,
            cert_serial_no=settings.serial,
            apiv3_key=settings.apiv3_key,
            public_key=settings.public_key,
            public_key_id=settings.public_key_id,
            timeout=timeout,
        )
        self.client._core._gate_way = settings.url  # the library has no parameter for it

    def label(self) -> str:
        return _("WeChat Pay")

    def hint(self) -> str:
        return _("You scan a code with WeChat.")

    def takes(self, currency: str) -> bool:
        return currency == "CNY"

    def create(self, wanted: Wanted) -> Seen:
        status, answer = _asked(
            lambda: self.client.pay(
                description=wanted.title,
                out_trade_no=wanted.reference,
                amount={"total": wanted.amount, "currency": wanted.currency},
                time_expire=wanted.until.replace(microsecond=0).isoformat(),
                notify_url=wanted.news,
            )
        )
        if status != 200:
            return Seen(interface.DECLINED, reason=str(answer.get("code", ""))[:40].lower())
        return Seen(interface.WAITING, address=answer["code_url"], is_code=True)

    def query(self, reference: str, own_name: str = "") -> Seen:
        status, answer = _asked(lambda: self.client.query(out_trade_no=reference))
        if status != 200:
            return Seen(interface.UNKNOWN)
        state = STATES.get(answer.get("trade_state", ""), interface.UNKNOWN)
        taken = answer.get("amount", {}) if state == interface.PAID else {}
        own_name = answer.get("transaction_id", "")
        return Seen(state, taken.get("total", 0), taken.get("currency", ""), own_name, _reason(answer, state))

    def capture(self, reference: str, own_name: str, amount: int) -> Seen:
        """There is nothing to capture: what is paid is paid."""
        return self.query(reference, own_name)

    def close(self, reference: str, own_name: str = "") -> Seen:
        status, answer = _asked(lambda: self.client.close(out_trade_no=reference))
        if status == 204 or answer.get("code") in ("ORDER_CLOSED", "ORDER_NOT_EXIST"):
            return Seen(interface.CLOSED)
        return self.query(reference, own_name)

    def refund(self, back: Back) -> str:
        """`out_refund_no` makes it once; asking again says how far it is."""
        amount = {"refund": back.amount, "total": back.paid, "currency": back.currency}
        named = {"out_refund_no": back.key, "out_trade_no": back.reference}
        status, answer = _asked(lambda: self.client.refund(amount=amount, **named))
        return REFUNDS.get(answer.get("status", ""), interface.NOT_SENT) if status == 200 else interface.NOT_SENT

    def parse_callback(self, headers: Mapping[str, str], body: bytes, received: datetime) -> Told:
        if headers.get("wechatpay-serial") != self.settings.public_key_id:
            raise BadCallback("signature")  # the library would go and fetch certificates
        try:
            told = self.client.callback(dict(headers), body)
        except Exception as problem:  # the library raises bare Exception
            raise BadCallback("signature") from problem
        if not told:
            raise BadCallback("signature")
        check_window(headers.get("wechatpay-timestamp", ""), received)
        return Told(reference_in(told, "resource", "out_trade_no"), headers.get("wechatpay-nonce", "")[:100])

    def thanks(self) -> tuple[str, str]:
        return json.dumps({"code": "SUCCESS", "message": ""}), "application/json"


def _asked(ask: Callable[[], tuple[int, Any]]) -> tuple[int, dict[str, Any]]:
    """Status and answer; Down for none, and for one without WeChat's signature."""
    try:
        status, text = ask()
    except (requests.RequestException, OSError) as problem:
        raise Down(type(problem).__name__) from problem
    except Exception as problem:  # the library raises bare Exception for a wrong signature
        raise Down("signature") from problem
    check_status(status)
    answer = parsed(text if isinstance(text, str) else text.decode(errors="replace")) if text else {}
    return status, answer if isinstance(answer, dict) else {}


def _reason(answer: dict[str, Any], state: str) -> str:
    return str(answer.get("trade_state_desc", ""))[:40] if state == interface.DECLINED else ""
