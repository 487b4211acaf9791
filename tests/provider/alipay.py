"""Alipay's language: a gateway asked with signed addresses, signed answers, signed news as a form."""

import base64
import json
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from tests.provider import keys
from tests.provider.till import Pay

STATUS = {"waiting": "WAIT_BUYER_PAY", "extra": "WAIT_BUYER_PAY", "closed": "TRADE_CLOSED", "paid": "TRADE_SUCCESS"}
MISSING = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST"}


def answer(server, _method, path, _headers, _body):
    if not path.startswith("/gateway.do"):
        return None
    given = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
    if not _is_signed(server, given):
        return 200, {"error_response": {"code": "40002", "sub_code": "isv.invalid-signature"}}
    asked, method = json.loads(given["biz_content"]), given["method"]
    pay = server.till.pays.get(asked["out_trade_no"])
    if method == "alipay.trade.page.pay":
        return _page(server.till, given, asked)
    kind = method.replace(".", "_") + "_response"
    return 200, _signed(server, kind, MISSING if pay is None else _said(server.till, method, pay, asked))


def _page(till, given, asked):
    """What the payer opens: only then there is a trade."""
    made = Pay(asked["out_trade_no"], _fen(asked["total_amount"]), "CNY", given["return_url"], given["notify_url"])
    made.dialect = "alipay"
    assert asked["time_expire"], "an address that may be paid for ever"
    pay = till.create(made)
    return 302, "", {"Location": f"{till.address}/pay/{pay.reference}"}


def _said(till, method, pay, asked):
    done = {"code": "10000", "msg": "Success", "out_trade_no": pay.reference, "trade_no": pay.own_name}
    if method == "alipay.trade.close":
        if pay.state == "paid":
            return {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.REASON_TRADE_STATUS_INVALID"}
        till.close(pay)
        return done
    if method == "alipay.trade.refund":
        state = till.refund(pay, asked["out_request_no"], _fen(asked["refund_amount"]))
        return done | {"fund_change": "Y"} if state == "sent" else {"code": "40004", "sub_code": "ACQ.SELLER_BALANCE"}
    currency = {"trans_currency": pay.captured_currency} if pay.captured_currency not in ("", "CNY") else {}
    status = "TRADE_CLOSED" if pay.state == "declined" else STATUS[pay.state]
    return done | {"trade_status": status, "total_amount": _yuan(pay.captured or pay.amount)} | currency


def _fen(yuan):
    whole, _point, fen = yuan.partition(".")
    return int(whole) * 100 + int(fen or 0)


def _yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def _signed(server, kind, said):
    text = json.dumps(said, separators=(",", ":"))
    return f'{{"{kind}":{text},"sign":"{_sign(server, text)}"}}'


def _sign(server, text):
    key = keys.private(server.keys, "alipay")
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def _is_signed(server, given):
    given = dict(given)
    signature = base64.b64decode(given.pop("sign", ""))
    text = "&".join(f"{name}={value}" for name, value in sorted(given.items()))
    try:
        keys.public(server.keys, "site").verify(signature, text.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def news(server, pay):
    moment = datetime.now(UTC) + timedelta(hours=8, seconds=server.till.ahead)
    told = {"app_id": keys.ALIPAY_APP, "out_trade_no": pay.reference, "trade_no": pay.own_name}
    told |= {"notify_id": token_hex(12), "notify_time": moment.strftime("%Y-%m-%d %H:%M:%S")}
    told["trade_status"] = STATUS.get(pay.state, "TRADE_CLOSED")
    signature = _sign(server, "&".join(f"{name}={value}" for name, value in sorted(told.items())))
    form = urlencode({**told, "sign": signature, "sign_type": "RSA2"})
    return form.encode(), {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
