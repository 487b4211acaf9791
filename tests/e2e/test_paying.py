"""A buyer pays by a provider in a browser: out to its page and back, in Chinese, and in English without JavaScript."""

import threading
import time
from contextlib import contextmanager

import pytest

from core import outbox
from core.db import db
from tests import make
from tests.shop import paying, rigs


@contextmanager
def working(app):
    """The worker's part that consumes events, beside the browser."""
    stop = threading.Event()

    def work():
        while not stop.is_set():
            with app.app_context():
                outbox.drain()
                db.session.remove()
            time.sleep(0.05)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join(10)


@pytest.fixture
def shop(app):
    provider = paying.Provider()
    with (
        paying.listening(app) as address,
        paying.configured(app, address, rigs.settings(provider)),
        paying.with_account(app, "DE89 3704 0044 0532 0130 00"),
        working(app),
    ):
        yield address
    provider.stop()


@pytest.fixture
def open_as(shop, chromium, as_member):
    contexts = []

    def page_of(member, **given):
        context = chromium.new_context(base_url=shop, **given)
        context.set_default_timeout(15_000)
        contexts.append(context)
        client = as_member(member)
        client.get("/")
        context.add_cookies([{"name": "session", "value": client.get_cookie("session").value, "url": shop}])
        return context.new_page()

    yield page_of
    for context in contexts:
        context.close()


@pytest.fixture
def offer(app):
    return make.offer(by=make.member(), price=2000, stock=3, shipping=500)


def test_a_buyer_pays_by_card_in_chinese(open_as, offer):
    buyer = make.member(language="zh_Hans")
    page = open_as(buyer, viewport={"width": 390, "height": 800}, locale="zh-CN")
    _begin(page, offer, "提交订单")
    page.wait_for_selector("text=去付款")

    page.click("a:has-text('去付款')")
    page.click("button:has-text('Pay')")
    page.wait_for_selector("text=款项已到账")
    page.click("main a:has-text('继续')")

    page.wait_for_url("**/orders/*")
    assert "已付款" in page.inner_text("main")
    [order] = paying.orders_of(buyer)
    assert order.payment == "escrow"


def test_a_buyer_is_declined_and_pays_again_without_javascript(open_as, offer):
    buyer = make.member(language="en")
    page = open_as(buyer, java_script_enabled=False, locale="en-GB")
    _begin(page, offer, "Place order")
    _look_until(page, "Go on to pay")
    page.click("a:has-text('Go on to pay')")
    page.click("button:has-text('Decline')")
    _look_until(page, "It was declined")
    assert paying.orders_of(buyer) == []

    _begin(page, offer, "Place order")
    _look_until(page, "Go on to pay")
    page.click("a:has-text('Go on to pay')")
    page.click("button[value=pay]")
    _look_until(page, "The money arrived")
    assert [order.payment for order in paying.orders_of(buyer)] == ["escrow"]


def _begin(page, offer, words):
    """From a cart that holds it to the payment's page."""
    page.goto("/checkout")
    page.context.request.post("/checkout/start", form={"offer": str(offer.id), "quantity": "1"})
    page.goto("/checkout")
    if page.locator("textarea[name=address]").count():
        page.fill("textarea[name=address]", "1 Pier Road")
    page.check("input[value=by-fake]")
    page.click(f"button:has-text('{words}')")
    page.wait_for_url("**/payments/P*")


def _look_until(page, words):
    for _look in range(40):
        if words in page.inner_text("main"):
            return
        time.sleep(0.1)
        page.reload()
    raise AssertionError(page.inner_text("main"))
