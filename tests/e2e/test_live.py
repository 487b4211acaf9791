"""Open pages and the real server: what one writes another sees, many may listen, and the end is quick."""

import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from bench.streams import A_MEMBER, Crowd, sign_in
from core.settings import load
from tests.e2e.conftest import Site
from wsgi import create_app

MANY = 200


@pytest.fixture
def crowded(tmp_path):
    """A site of its own that believes what it is told about addresses, and sessions of many members."""
    site = Site(tmp_path)
    site.environment["BOARDWALK_PROXIES"] = "1"
    site.run("db", "upgrade")
    site.run("bench", "seed", "--boards", "2", "--members", "60", "--threads", "20", "--posts", "200")
    cookies = sign_in(create_app(load(site.environment)), MANY // A_MEMBER)
    yield site.start(), list(cookies.values())
    site.stop()


def ask_page(port):
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - began


def test_pages_are_answered_while_many_listen_and_the_server_stops_with_all_of_them(crowded):
    site, cookies = crowded
    crowd = Crowd(site.port, cookies, MANY)
    crowd.open()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask_page, [site.port] * 40))

    assert {status for status, _ in answers} == {200}
    assert max(took for _, took in answers) < 5
    assert crowd.ready == MANY
    began = time.monotonic()
    site.stop()
    assert time.monotonic() - began < 8  # granian kills its workers after 10


def test_half_sent_bodies_hold_up_no_page(site):
    """More of them than the server has threads."""
    halves = []
    for _ in range(20):
        half = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
        half.putrequest("POST", "/login")
        half.putheader("Content-Type", "application/x-www-form-urlencoded")
        half.putheader("Content-Length", "1000")
        half.endheaders(b"login=half")
        halves.append(half)

    assert ask_page(site.port)[0] == 200
    for half in halves:
        half.close()


def test_a_message_appears_in_the_other_ones_open_page_and_in_no_other(signed_in):
    writer, reader, outsider = signed_in("Odette"), signed_in("Pell"), signed_in("Hana")
    reader.goto("/")
    outsider.goto("/")
    unread, untouched = reader.locator("#messages-count").inner_text(), outsider.content()

    writer.goto("/messages/new?to=Pell")
    writer.fill("[name=body]", "The first word")
    writer.click("main form button:text('Send')")
    writer.wait_for_url(re.compile(r"/messages/\d+"))
    expect(reader.locator("#messages-count")).to_have_text(str(int(unread or 0) + 1))
    reader.goto(re.search(r"/messages/\d+", writer.url).group())
    expect(reader.locator("#messages-count")).to_have_text(unread)
    for words in ("A second word, live", "And a third"):
        writer.fill("#reply textarea", words)
        writer.click("#reply button:text('Send')")
        expect(reader.locator("#talk")).to_contain_text(words)
    expect(writer.locator("#talk .bubble:last-of-type")).to_contain_text("And a third")

    for page in (writer, reader):
        assert page.locator("#talk .bubble", has_text="A second word, live").count() == 1
    expect(reader.locator("#messages-count")).to_have_text(unread)
    assert outsider.content() == untouched


def test_ones_own_second_page_is_live_and_the_first_shows_each_message_once(signed_in):
    writer = signed_in("Odette")
    writer.goto("/messages/new?to=Ravi")
    writer.fill("[name=body]", "Hello from here")
    writer.click("main form button:text('Send')")
    writer.wait_for_url(re.compile(r"/messages/\d+"))
    second = writer.context.new_page()
    second.goto(writer.url)
    writer.bring_to_front()
    for words in ("One more word", "And the last one"):
        writer.fill("#reply textarea", words)
        writer.click("#reply button:text('Send')")
        expect(second.locator("#talk .bubble", has_text=words)).to_have_count(1)

    writer.wait_for_timeout(1000)
    for page in (writer, second):
        ids = page.evaluate("[...document.querySelectorAll('#talk .bubble')].map((message) => message.id)")
        assert len(ids) == len(set(ids))
        assert page.locator("#talk .bubble", has_text="And the last one").count() == 1


def test_two_who_write_at_once_see_both_messages_in_the_same_order(signed_in):
    one, other = signed_in("June"), signed_in("Ravi")
    one.goto("/messages/new?to=Ravi")
    one.fill("[name=body]", "Hello")
    one.click("main form button:text('Send')")
    one.wait_for_url(re.compile(r"/messages/\d+"))
    other.goto(re.search(r"/messages/\d+", one.url).group())
    one.fill("#reply textarea", "From June")
    other.fill("#reply textarea", "From Ravi")
    one.locator("#reply button:text('Send')").click(no_wait_after=True)
    other.locator("#reply button:text('Send')").click(no_wait_after=True)

    for page in (one, other):
        expect(page.locator("#talk .bubble", has_text="From June")).to_have_count(1)
        expect(page.locator("#talk .bubble", has_text="From Ravi")).to_have_count(1)
    in_order = "[...document.querySelectorAll('#talk .bubble')].map((message) => message.id)"
    assert one.evaluate(in_order) == other.evaluate(in_order)


def test_a_page_out_of_view_does_not_listen_and_catches_up_when_it_is_seen_again(signed_in):
    writer, reader = signed_in("Tomas"), signed_in("Marta")
    writer.goto("/messages/new?to=Marta")
    writer.fill("[name=body]", "Hello")
    writer.click("main form button:text('Send')")
    writer.wait_for_url(re.compile(r"/messages/\d+"))
    with reader.expect_request("**/live*"):
        reader.goto(re.search(r"/messages/\d+", writer.url).group())
    show(reader, hidden=True)

    writer.fill("#reply textarea", "While you were away")
    writer.click("#reply button:text('Send')")
    expect(writer.locator("#talk")).to_contain_text("While you were away")
    assert "While you were away" not in reader.content()

    show(reader, hidden=False)
    expect(reader.locator("#talk")).to_contain_text("While you were away")


def show(page, hidden):
    """As a browser tells a page that its tab was left or chosen."""
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )
