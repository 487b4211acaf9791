"""HTTP of the fake provider: its languages, the page where a person pays, and the control that tests use."""

import json
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.provider import alipay, own, stripe, wechat
from tests.provider.till import Till

LANGUAGES = [own, stripe, alipay, wechat]
PAGE = """<!doctype html><html lang="en">
<meta name="viewport" content="width=device-width"><title>Pretend provider</title>
<h1>Pay {amount} {currency}?</h1><form method="post"><button name="do" value="pay">Pay</button>
<button name="do" value="decline">Decline</button></form></html>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._serve("GET")

    def do_POST(self):
        self._serve("POST")

    def log_message(self, *_):
        pass

    def _serve(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path
        if path.startswith("/control"):
            return self._send(200, json.dumps(control(self.server, json.loads(body or b"{}"))))
        if path.startswith("/pay/"):
            return self._pay(method, path.rpartition("/")[2], body)
        till = self.server.till
        till.asked += 1
        if till.is_down:
            return self._send(503, "{}")
        headers = {name.lower(): value for name, value in self.headers.items()}
        for language in LANGUAGES:
            found = language.answer(self.server, method, path, headers, body)
            if found is not None:
                if till.pays and till.take("early"):
                    act(self.server, list(till.pays)[-1], "pay")
                if till.take("time-out after success"):
                    time.sleep(self.server.hang)
                    self.close_connection = True
                    return None
                status, answer, *more = found
                text = answer if isinstance(answer, str) else json.dumps(answer)
                return self._send(status, text, more[0] if more else {})
        return self._send(404, "{}")

    def _pay(self, method, reference, body):
        pay = self.server.till.pays.get(reference)
        if pay is None:
            return self._send(404, "{}")
        if method == "GET":
            return self._send(200, PAGE.format(amount=pay.amount, currency=pay.currency), {"Content-Type": "text/html"})
        if parse_qs(body.decode()).get("do") == ["decline"]:
            self.server.till.faults.append("decline")
        act(self.server, reference, "pay")
        return self._send(303, "", {"Location": pay.back})

    def _send(self, status, text, more=None):
        data = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(more or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def control(server, given):
    """What tests tell it: faults to have, payments to act on, whether to be down. Answers with what it knows."""
    till = server.till
    till.faults.extend(given.get("faults", []))
    till.is_down = given.get("down", till.is_down)
    till.ahead = given.get("ahead", till.ahead)
    if given.get("reset"):
        till.pays.clear(), till.faults.clear(), till.sent.clear(), till.kept_back.clear()
        till.is_down, till.asked, till.ahead = False, 0, 0.0
    if "news" in given:
        till.pays[given["reference"]].news = given["news"]
    answers = act(server, given["reference"], given["do"]) if "do" in given else []
    pay = till.pays.get(given.get("reference", ""))
    seen = {name: getattr(pay, name) for name in ("state", "captured", "refunds", "news")} if pay else None
    return {"answers": answers, "pay": seen, "faults": till.faults, "asked": till.asked}


def act(server, reference, what):
    """`pay`, `decline`, `charge back`: then the callbacks that are owed, and their statuses."""
    till, pay = server.till, server.till.pays[reference]
    if what == "compose":
        body, headers = _language(pay).news(server, pay)
        return [body.decode(), headers]
    if what == "pay":
        till.pay(pay)
    elif what == "finish":
        till.capture(pay, pay.amount)
    elif what == "charge back":
        pay.state = "charged_back"
    elif what == "expire":
        till.close(pay)
    elif what == "replay":
        return [_deliver(*sent) for sent in list(till.sent)]
    elif what == "release":
        waiting, till.kept_back = till.kept_back, []
        return [_deliver(*sent) for sent in reversed(waiting)]
    return _tell(server, pay)


def _tell(server, pay):
    till = server.till
    body, headers = _language(pay).news(server, pay)
    callback = (pay.news, body, headers)
    if till.take("lost"):
        return []
    if till.take("late"):
        till.kept_back.append(callback)
        return []
    till.sent.append(callback)
    times = 3 if till.take("duplicate") else 1
    return [_deliver(*callback) for _time in range(times)]


def _language(pay):
    return next(language for language in LANGUAGES if language.__name__.endswith(pay.dialect))


def _deliver(address, body, headers):
    if not address:
        return 0
    request = urllib.request.Request(address, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as problem:
        return problem.code
    except OSError:
        return 0


def make(port=0, secret="fake", hang=3.0, keys="."):
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.till, server.secret, server.hang, server.keys = Till(), secret, hang, keys
    server.till.address = f"http://127.0.0.1:{server.server_address[1]}"
    return server


def serve_in_thread(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
