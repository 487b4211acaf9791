"""WeChat Pay's language (v3): signed requests and answers, news with an encrypted core."""

import base64
import json
import re
import time
from secrets import token_hex
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from tests.provider import keys
from tests.provider.till import Pay

STATES = {"waiting": "NOTPAY", "extra": "USERPAYING", "closed": "CLOSED", "paid": "SUCCESS", "declined": "PAYERROR"}


def answer(server, method, path, headers, body):
    if not path.startswith("/v3/"):
        return None
    if not _is_signed(server, method, path, headers.get("authorization", ""), body):
        return _signed(server, 401, {"code": "SIGN_ERROR"})
    status, said = _said(server.till, urlsplit(path).path, json.loads(body or b"{}"))
    return _signed(server, status, said)


def _said(till, path, given):
    if path == "/v3/pay/transactions/native":
        amount = given["amount"]
        made = Pay(given["out_trade_no"], amount["total"], amount["currency"], news=given["notify_url"])
        made.dialect, made.until = "wechat", given["time_expire"]
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={till.create(made).own_name}"}
    if path == "/v3/refund/domestic/refunds":
        return _refund(till, given)
    pay = till.pays.get(path.split("/")[5])
    if pay is None:
        return 404, {"code": "ORDER_NOT_EXIST"}
    if path.endswith("/close"):
        if pay.state == "paid":
            return 400, {"code": "ORDER_PAID"}
        till.close(pay)
        return 204, None
    return 200, _shown(pay)


def _shown(pay):
    amount = {"total": pay.captured or pay.amount, "currency": pay.captured_currency or pay.currency}
    shown = {"out_trade_no": pay.reference, "trade_state": "REFUND" if pay.refunds else STATES[pay.state]}
    return shown | {"amount": amount, "transaction_id": pay.own_name, "trade_state_desc": pay.reason}


def _refund(till, given):
    pay, amount = till.pays[given["out_trade_no"]], given["amount"]
    if amount["total"] != pay.captured or amount["currency"] != pay.captured_currency:
        return 400, {"code": "PARAM_ERROR"}
    state = till.refund(pay, given["out_refund_no"], amount["refund"])
    return (200, {"status": "SUCCESS"}) if state == "sent" else (403, {"code": "NOT_ENOUGH"})


def _is_signed(server, method, path, header, body):
    given = dict(re.findall(r'(\w+)="([^"]*)"', header))
    text = f"{method}\n{path}\n{given['timestamp']}\n{given['nonce_str']}\n{body.decode()}\n"
    try:
        signature = base64.b64decode(given["signature"])
        keys.public(server.keys, "site").verify(signature, text.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return given["mchid"] == keys.MCHID and given["serial_no"] == keys.SERIAL


def _signed(server, status, said):
    text = json.dumps(said) if said is not None else ""
    return status, text, _headers(server, text)


def _headers(server, text):
    moment, nonce = str(int(time.time() + server.till.ahead)), token_hex(16)
    signed = keys.private(server.keys, "wechat").sign(f"{moment}\n{nonce}\n{text}\n".encode(), PKCS1v15(), SHA256())
    return {
        "Content-Type": "application/json",
        "Wechatpay-Timestamp": moment,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": keys.WECHAT_ID,
        "Wechatpay-Signature": base64.b64encode(signed).decode(),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }


def news(server, pay):
    nonce, about = token_hex(6), "transaction"
    core = AESGCM(keys.APIV3.encode()).encrypt(nonce.encode(), json.dumps(_shown(pay)).encode(), about.encode())
    resource = {"algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.b64encode(core).decode()}
    resource |= {"nonce": nonce, "associated_data": about, "original_type": about}
    told = {"id": token_hex(12), "resource_type": "encrypt-resource", "event_type": "TRANSACTION.SUCCESS"}
    body = json.dumps({**told, "resource": resource})
    return body.encode(), _headers(server, body)
