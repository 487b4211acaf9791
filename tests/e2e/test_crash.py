"""kill -9 of web and worker in the middle of posts and checkouts: nothing acknowledged is lost, the books foot."""

import os
import re
import secrets
import signal
import threading
import time

import pytest

from tests.e2e.client import Client
from tests.e2e.conftest import Site, demo_password

MANY = 20


@pytest.fixture
def own_site(tmp_path):
    site = Site(tmp_path)
    site.run("db", "upgrade")
    site.run("demo")
    yield site
    site.stop()


def kill_all(site):
    """The supervisor first, so that it starts nothing anew; then its children, each the head of a session."""
    children = [
        int(line.split()[0])
        for line in os.popen("ps -eo pid,ppid").read().splitlines()[1:]
        if int(line.split()[1]) == site.process.pid
    ]
    os.kill(site.process.pid, signal.SIGKILL)
    for child in children:
        os.killpg(child, signal.SIGKILL)
    site.process.wait()


class Stubborn:
    """Sends until it is answered, as a person who presses the button again would. Keeps what was acknowledged."""

    def __init__(self, site, name):
        self.client = Client(site.url).sign_in(name, demo_password())
        self.acknowledged = []
        self.problems = []

    def until_answered(self, send):
        for _ in range(200):
            try:
                answer = send()
            except OSError:
                answer = None
            if answer is not None and answer.status in (201, 303):
                return answer
            if answer is not None and answer.status < 500:
                self.problems.append((answer.status, re.sub(r"\s+", " ", answer.text)[-1500:]))
                return answer
            time.sleep(0.1)
        self.problems.append("never answered")
        return None


def post_replies(person, thread):
    for number in range(MANY):
        word = f"crash{number}x{secrets.token_hex(4)}"
        key = secrets.token_hex(16)
        person.until_answered(lambda word=word, key=key: person.client.post(f"/t/{thread}/posts", body=word, key=key))
        person.acknowledged.append(word)


def place_orders(person, offer):
    for _ in range(MANY):
        key = secrets.token_hex(16)
        person.until_answered(lambda: person.client.post("/cart/items", offer=offer, quantity=1))
        form = {"key": key, "method": "wallet", "delivery": "ship", "address": "1 Pier Road", "note": ""}
        answer = person.until_answered(lambda form=form: person.client.post("/checkout", **form))
        if answer is not None:
            person.acknowledged.append((key, answer.location))


def test_nothing_acknowledged_is_lost_when_everything_is_killed(own_site):
    own_site.start()
    seller = Client(own_site.url).sign_in("Marta", demo_password())
    thread = make_offer(seller)
    writer, buyer = Stubborn(own_site, "Tomas"), Stubborn(own_site, "Pell")
    offer = offer_in(buyer.client, thread)
    top_up(buyer.client)
    work = [
        threading.Thread(target=post_replies, args=(writer, thread)),
        threading.Thread(target=place_orders, args=(buyer, offer)),
    ]
    for thread_of_work in work:
        thread_of_work.start()
    wait_for(lambda: len(writer.acknowledged) >= 5 and len(buyer.acknowledged) >= 5)
    kill_all(own_site)
    own_site.start()
    for thread_of_work in work:
        thread_of_work.join(120)

    assert (writer.problems, buyer.problems) == ([], [])
    words = "".join(writer.client.get(f"/t/{thread}?page={page}").text for page in (1, 2))
    assert [word for word in writer.acknowledged if words.count(f">{word}<") != 1] == []
    assert len({location for _, location in buyer.acknowledged}) == MANY
    own_site.run("ledger", "verify")
    own_site.run("stock", "verify")


def wait_for(done, patience=60):
    end = time.monotonic() + patience
    while not done():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def make_offer(seller):
    """A thread turned into a product with plenty of stock; its id."""
    answer = seller.post(
        "/b/workshop/new", title="Brass hooks", body="Cast brass hooks, $2 each.", kind="sale", key="k1"
    )
    thread = int(re.search(r"/t/(\d+)", answer.location).group(1))
    terms = {"title": "Brass hooks", "price": "2.00", "stock": "100", "condition": "new", "ships": "y"}
    answer = seller.post(f"/t/{thread}/sell", **terms)
    assert answer.status == 303, answer.text
    return thread


def offer_in(client, thread):
    return int(re.search(r'name="offer"[^>]*value="(\d+)"', client.get(f"/t/{thread}").text).group(1))


def top_up(client):
    answer = client.post("/wallet/top-up", amount="500", key=secrets.token_hex(16), provider="sandbox")
    assert answer.status == 303, answer.text
