"""What holds for every route there is, walked from the application's own map."""

import gzip
import re

import pytest

from tests import leaks, make
from tests.test_leaks import addresses

pytestmark = pytest.mark.usefixtures("unlimited")
MOST_STATEMENTS = 8
JUNK = "?page=99999999999999999999&after=%00junk&q=%22((((*&in=x&sort=x&quote=-1&before=NaN&to=%00&about=x:y&tab=zz"
WHOLE = ("price", "stock", "amount", "quantity", "offer", "no", "board", "limit_per_member", "product", "hours", "to")
BODIES = (
    {},
    {
        name: "\x00" + "x" * 300
        for name in (
            "body", "title", "name", "slug", "price", "stock", "amount", "quantity", "username", "email", "password",
            "login", "reason", "kind", "key", "to", "about", "destination", "address", "method", "delivery", "offer",
            "note", "hours", "product",
        )
    },
    {name: "99999999999999999999999" for name in WHOLE},
    {name: "٣" for name in WHOLE},
)  # fmt: skip


@pytest.fixture
def world(app, reindex):
    made = leaks.closed_board("apply")
    reindex()
    return made


def people(world):
    operator = make.operator()
    return {"guest": None, "member": world.member, "owner": world.seller, "operator": operator}


def test_no_page_asks_the_database_more_than_eight_times(app, as_member, world, count_queries):
    many = []
    for name, person in people(world).items():
        browser = as_member(person)
        for address in addresses(app, world, "GET"):
            with count_queries() as sent:
                answer = browser.get(address)
            if len(sent) > MOST_STATEMENTS and answer.status_code == 200:
                many.append(f"{name} {address}: {len(sent)}")
    assert many == []


def test_no_odd_question_is_answered_with_a_crash(app, as_member, world):
    for person in people(world).values():
        browser = as_member(person)
        for address in addresses(app, world, "GET"):
            assert browser.get(address + JUNK).status_code < 500, address


@pytest.mark.parametrize("body", BODIES, ids=["empty", "nul and long", "20 digits", "arabic digits"])
def test_no_odd_form_is_answered_with_a_crash(app, as_member, world, body):
    for person in people(world).values():
        for address in addresses(app, world, "POST"):
            assert as_member(person).post(address, data=body).status_code < 500, address


def test_every_page_keeps_to_the_policy(app, as_member, world):
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)")
    browser = as_member(world.member)
    bad = []
    for address in addresses(app, world, "GET"):
        answer = browser.get(address)
        if answer.mimetype == "text/html" and inline.search(answer.text):
            bad.append(address)
    assert bad == []


def test_a_thread_page_weighs_at_most_ten_kilobytes(as_member):
    board = make.board()
    author = make.member(of=board)
    thread = make.thread(on=board, by=author)
    words = "The pier is long and the harbour lights are warm tonight, so bring a lens that can bear it. "
    for number in range(19):
        make.post(to=thread, by=make.member(of=board), body=f"{number}: {words * 4}")

    page = as_member(author).get(f"/t/{thread.id}").get_data()

    assert len(gzip.compress(page, 6)) <= 10_000
