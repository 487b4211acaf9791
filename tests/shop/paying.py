"""A site that really listens, a provider that is a program of its own, and what tests do with them."""

import json
import subprocess
import sys
import tempfile
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from werkzeug.serving import make_server

from core import clock, jobs, outbox
from core.db import db
from core.provider_settings import Fake, Providers
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.orders.rules import Choice
from shop.providers import calling
from shop.providers import commands as providers
from shop.providers.models import Payment
from shop.providers.rules import Ask
from tests.shop import money

SECRET = "fake"
HANG = 2.2  # seconds that the provider stays silent when told to
_keys = count(1)


class Provider:
    """The program, and the door by which tests tell it what to do."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        command = [sys.executable, "-m", "tests.provider", "--port", "0", "--secret", SECRET, "--hang", str(HANG)]
        command += ["--keys", self.folder.name]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()

    def tell(self, **words):
        request = urllib.request.Request(f"{self.address}/control", json.dumps(words).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=15) as answer:
            return json.load(answer)

    def faults(self, *names):
        return self.tell(faults=names)

    def do(self, what, payment):
        ahead = (clock.now() - datetime.now(UTC)).total_seconds()
        return self.tell(do=what, reference=payment.reference, ahead=ahead)["answers"]

    def knows(self, payment):
        return self.tell(reference=payment.reference)["pay"]

    def stop(self):
        self.process.terminate()
        self.process.wait(5)
        self.folder.cleanup()


@contextmanager
def listening(app):
    """The site on a port of its own, for callbacks."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join(5)


@contextmanager
def configured(app, site, given):
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, base_url=site, providers=given)
    yield
    app.extensions["settings"] = before
    calling.wake()


@contextmanager
def with_account(app, account):
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, bank_account=account)
    yield
    app.extensions["settings"] = before


def fake_settings(provider, timeout=4):
    return Providers(fake=Fake(provider.address, SECRET), timeout=timeout)


def work():
    """What the worker does until nothing is due, without waiting."""
    db.session.remove()
    outbox.drain_all()
    db.session.remove()


def poll(**later):
    """Some time passes, and the poller has its turns."""
    clock.travel(**(later or {"seconds": 90}))
    for name in ("shop.providers.jobs.look_at_due", "shop.providers.jobs.collect_claims"):
        jobs._jobs[name].run()
    work()


def top_up(member, amount=1000, key=None, name="fake"):
    payment = providers.start(member, Ask(key or f"t{next(_keys)}", name, amount, "USD"))
    work()
    return now(payment)


def check_out(offer, buyer, *, quantity=1, name="fake", from_wallet=False, **choice):
    """Set aside and begin to pay; the worker has asked the provider."""
    key = f"pay-{next(_keys)}"
    orders.start(buyer, key=key, offer_id=offer.id, quantity=quantity)
    given = Choice(**{"key": key, "method": "wallet", "address": "1 Pier Road", **choice})
    how = orders.How(name, from_wallet)
    payment = orders.pay_by(given, how, buyer=buyer, fee_percent=Decimal(5))
    work()
    return now(payment)


def now(payment):
    db.session.rollback()
    return db.session.get(Payment, payment.id, populate_existing=True)


def orders_of(buyer):
    db.session.rollback()
    return list(db.session.scalars(db.select(Order).filter_by(buyer_id=buyer.id).order_by(Order.id)))


def books():
    return money.problems()
