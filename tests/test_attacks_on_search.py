"""Attacks on search: words that cost, words that break out, and people who were told to stay away."""

import time
from contextvars import Context
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from core.db import db, writing
from core.errors import Invalid
from forum.members.models import Block
from search import clauses, percolate
from search.nodes import Both, Either, Most, Phrase, Prefix
from search.query import LONGEST, parse
from search.saved.models import SavedSearch
from tests import make
from tests.search.asking import post
from tests.search.keeping import saved_search

pytestmark = pytest.mark.usefixtures("unlimited")
SIGNS = "ab减肥#\"-*: |()[]{}'OR,.<>/\\%&=?~^\n\t\u202e\u200b\x01１＂：＃＊"
ODD = st.text(max_size=LONGEST) | st.text(alphabet=SIGNS, max_size=LONGEST)
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'--></title>]]>&lt;b&gt;{{7*7}}"
REFUSED_WITHIN = 0.2  # seconds of CPU
BOMBS = {
    "1,000 wildcards": "a* " * 1000,
    "three wildcards that fit everything": "aa* ab* ac*",
    "nested brackets": "(" * 250 + "a" + ")" * 249,
    "nested brackets, 60 kB": "(" * 10_000 + ")" * 10_000,
    "100 kB of a word": "a" * 100_000,
    "65 kB of Chinese": "减肥" * 3_600,  # the server itself refuses longer addresses
    "quotation marks": '"' * 500,
    "phrases": '"a b" ' * 80,
    "alternatives": "a OR " * 100,
    "all without": "-a " * 160,
    "filters": "by:a " * 100,
    "prices": "price:1-2 " * 50,
    "tags": "#tag " * 100,
    "troubles": "before:x after:y kind:z " * 20,
    "ideographs": "".join(map(chr, range(0x4E00, 0x4E00 + 500))),
    "letters that fold to many": "ﷺ" * 500,
    "combining marks": "a" + "\u0301" * 499,
    "model names": "a1-b2-c3-d4 " * 41,
    "underscores": "_" * 500,
    "dots": "a." * 250,
}


def depth(node):
    parts = node.wanted + node.without if isinstance(node, Both) else node.choices if isinstance(node, Either) else ()
    return 1 + max(map(depth, parts), default=0)


def terms(leaf):
    return len(leaf.steps) if isinstance(leaf, Phrase) else len(leaf.terms) if isinstance(leaf, Most) else 1


@settings(max_examples=400)
@given(ODD)
def test_any_text_becomes_a_small_tree_or_a_refusal(typed):
    try:
        found = parse(typed)
    except Invalid:
        return
    leaves = list(clauses._leaves(found.node))
    assert len(leaves) <= clauses.MOST_WORDS
    assert sum(map(terms, leaves)) <= clauses.MOST_TERMS + clauses.MOST_WORDS
    assert sum(isinstance(leaf, Prefix) for leaf in leaves) <= clauses.MOST_PREFIXES
    assert depth(found.node) <= 6
    assert all(0 <= start <= end <= len(found.typed) for start, end in found.words)
    assert len(found.without(*found.said)) <= len(found.typed)
    percolate.matches(percolate.Candidate(post(1, "a helmet")), found.node)


FIELDS = ("by", "board", "tag", "kind", "before", "after", "has", "price", "in", "sort", "page", "intent")


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    q=ODD,
    fields=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60) | st.text("0123456789.-<>e", max_size=60)),
)
def test_no_question_is_answered_with_a_crash(index, guest, q, fields):
    asked = {"q": q, **fields}
    assert guest.get("/search", query_string=asked).status_code in (200, 422)
    assert guest.get("/search/suggest", query_string={"q": q}).status_code == 200
    assert guest.post("/search/missed", data=asked).status_code == 303


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(q=ODD, price=st.text("0123456789.-<>", max_size=40))
def test_no_saved_search_is_answered_with_a_crash(index, app, q, price):
    browser = _signed_in(app)
    assert browser.post("/searches", data={"q": q, "price": price}).status_code in (303, 409, 422)


def _signed_in(app):
    client = app.test_client()
    token = make.sign_in(make.member())
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


@pytest.mark.parametrize("path", ["/search", "/search/suggest", "/messages"])
def test_a_hostile_question_is_answered_at_once(app, index, reindex, as_member, path):
    board = make.board()
    for number in range(30):
        make.thread(on=board, title=f"aardvark {number}", body="aa ab ac abacus acorn 减肥 helmet " * 50)
    reindex()
    browser = as_member(make.member())
    ask(app, browser, path, "warm")
    for name, bomb in BOMBS.items():
        status, length, seconds = ask(app, browser, path, bomb)
        assert (name, status) in ((name, "200"), (name, "422"))
        assert (name, length) < (name, 150_000)
        assert (name, seconds) < (name, REFUSED_WITHIN)


def ask(app, browser, path, q):
    """Status, bytes and CPU seconds, without the work of the test's own client."""
    environ = EnvironBuilder(path, query_string=urlencode({"q": q})).get_environ()
    environ["HTTP_COOKIE"] = f"session={browser.get_cookie('session').value}"
    told = []
    started = time.process_time()
    answer = Context().run(lambda: b"".join(app(environ, lambda status, headers, problem=None: told.append(status))))
    return told[0][:3], len(answer), time.process_time() - started


@pytest.mark.parametrize("name", ["q", "tag", "by"])
def test_thousands_of_the_same_field_are_as_one(index, guest, name):
    address = "/search?q=helmet&" + urlencode([(name, "x")] * (16_000 // (len(name) + 3)))
    spent = []
    for _again in range(3):  # what it costs is the least: a busy machine adds to the others
        started = time.process_time()
        assert guest.get(address).status_code == 200
        spent.append(time.process_time() - started)

    assert min(spent) < 2 * REFUSED_WITHIN


def test_words_that_break_out_stay_words_on_every_page_of_search(index, reindex, as_member):
    board = make.board(name=f"Bikes {SCRIPT}", slug="bikes", about=SCRIPT)
    marina = make.member(username="marina", of=board)
    thread = make.thread(on=board, by=marina, title=f"Helmet {SCRIPT}", body=f"helmet `{SCRIPT}` {SCRIPT}", kind="wish")
    make.offer(by=marina, on=board, product={"title": f"Helmet {SCRIPT}"})
    reindex()
    reader = make.member(of=board)
    search = saved_search(reader, f"helmet {SCRIPT[:60]}", name=f"Mine {SCRIPT}"[:80])
    browser = as_member(reader)
    pages = [
        f"/search?{urlencode({'q': q, 'in': tab})}"
        for q in ("helmet", SCRIPT)
        for tab in ("posts", "people", "products", "boards")
    ]
    pages += [f"/search?{urlencode({name: SCRIPT, 'q': 'helmet'})}" for name in FIELDS]
    pages += [f"/search/suggest?{urlencode({'q': q})}" for q in ("hel", "bik", SCRIPT[:60])]
    pages += ["/searches", f"/searches/{search.id}", "/demand", "/notices", f"/messages?{urlencode({'q': SCRIPT})}"]

    for page in pages:
        text = browser.get(page).text
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        assert "49" not in text.partition("{{7*7}}")[0][-8:], page
    assert thread.id


@pytest.mark.parametrize(
    "q", [f"helmet {SCRIPT}", "helmet \x01\x0b\x1f", "helmet \ufffe\uffff", "helmet \ud83d", "]]> helmet"]
)
def test_a_feed_is_whole_xml_whatever_was_searched_for(index, reindex, as_member, guest, q):
    make.thread(on=make.board(), title=f"Helmet {SCRIPT}", body="helmet")
    reindex()
    reader = make.member()
    answer = as_member(reader).post("/searches", data={"q": q.encode("utf-8", "replace").decode(), "tell": "now"})
    assert answer.status_code == 303
    search = _only_search(reader)
    with writing():
        search.feed_token = "feed"

    feed = guest.get("/feeds/searches/feed.xml")

    assert feed.status_code == 200
    assert len(list(ElementTree.fromstring(feed.data))) >= 4
    assert "script" not in {element.tag for element in ElementTree.fromstring(feed.data).iter()}


def _only_search(member):
    db.session.rollback()
    return db.session.query(SavedSearch).filter_by(member_id=member.id).one()


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\U0001fffe", "\x7f", "\x85", "\u2028"])
def test_nobody_spoils_the_feeds_of_others_with_a_sign_in_a_title(index, reindex, as_member, guest, sign):
    board, author, reader = make.board(), make.member(), make.member()
    draft = {"title": f"A helmet {sign}", "body": f"helmet {sign} helmet", "kind": "talk"}
    assert as_member(author).post(f"/b/{board.slug}/new", data=draft).status_code in (303, 422)
    make.thread(on=board, title="Another helmet")
    reindex()
    search = saved_search(reader)
    with writing():
        search.feed_token = "feed"

    assert ElementTree.fromstring(guest.get("/feeds/searches/feed.xml").data) is not None


@pytest.mark.parametrize("direction", ["blocks", "is blocked"])
def test_who_is_cut_off_is_not_suggested_nor_found_among_people(index, reindex, as_member, direction):
    board = make.board()
    marina, viewer = make.member(username="marina", of=board), make.member(of=board)
    make.thread(on=board, by=marina, title="A helmet", body="helmet")
    reindex()
    pages = (
        "/search?q=helmet&in=people",
        "/search?q=marina&in=people",
        "/search/suggest?q=mari",
        "/search/suggest?q=@mari",
    )
    browser = as_member(viewer)
    assert all("/m/marina" in browser.get(page).text for page in pages)

    pair = (marina, viewer) if direction == "is blocked" else (viewer, marina)
    make.saved(Block(member_id=pair[0].id, blocked_id=pair[1].id))

    assert [page for page in pages if "/m/marina" in browser.get(page).text] == []
