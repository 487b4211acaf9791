"""The digest of saved searches, the link that ends its mails, and the private feed."""

import re
from email import message_from_bytes
from email.policy import default
from xml.etree import ElementTree

import pytest

from core.clock import now
from core.db import db, writing
from search.saved import jobs, rules
from search.saved.models import SavedMatch
from search.telling.models import Telling
from shop.products.models import Product
from tests import make
from tests.search.keeping import CUT_OFF, SHUT_OUT, kinds, notices, saved_search, shut_out, written

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def letters(app):
    def sent():
        found = sorted((app.extensions["settings"].data / "mail").glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=default) for path in found]

    return sent


@pytest.fixture
def morning(clock, worker):
    """The next time digests are due, and all mails sent."""

    def come():
        clock.travel(days=1)
        jobs.send_digests()
        worker()

    return come


def test_the_morning_brings_one_notice_and_one_mail_for_all_searches(board, reader, worker, morning, letters):
    saved_search(reader, "helmet", tell="daily", name="Lids")
    saved_search(reader, "visor", tell="daily")
    threads = [written(on=board, title=title) for title in ("A helmet", "Another helmet", "A visor")]
    worker()
    assert (kinds(reader), letters()) == ([], [])

    morning()
    morning()

    [notice], [letter] = notices(reader), letters()
    assert (notice.kind, notice.facts["count"]) == ("search-digest", 3)
    body = letter.get_content()
    assert letter["To"] == reader.email
    assert body.index("Lids") < body.index("A helmet") < body.index("visor\n") < body.index("A visor")
    assert all(f"http://127.0.0.1:8000{thread.address}" in body for thread in threads)


def test_nothing_goes_out_before_the_hour_or_without_news(board, reader, worker, clock, letters):
    saved_search(reader, tell="daily")
    hours = (rules.MORNING - 1 - now().hour) % 24
    clock.travel(hours=hours)
    written(on=board, title="A helmet")
    worker()
    jobs.send_digests()
    assert kinds(reader) == []
    clock.travel(hours=1)
    jobs.send_digests()
    assert kinds(reader) == ["search-digest"]


def test_a_long_list_is_cut_and_says_how_many_more(board, reader, worker, morning, letters):
    saved_search(reader, tell="daily")
    for number in range(rules.IN_A_MAIL + 2):
        written(on=board, title=f"Helmet {number}")
    worker()
    morning()
    [letter] = letters()
    assert letter.get_content().count("Helmet ") == rules.IN_A_MAIL
    assert "and 2 more: http://127.0.0.1:8000/search?q=helmet&sort=new" in letter.get_content().replace("=\n", "")


def test_a_flood_of_finds_is_cut_and_does_not_come_back(board, reader, worker, morning, letters, monkeypatch):
    monkeypatch.setattr("search.saved.queries.IN_A_DIGEST", 3)
    saved_search(reader, tell="daily")
    saved_search(reader, "visor", tell="daily")
    for number in range(5):
        written(on=board, title=f"Helmet {number}")
    written(on=board, title="A visor")
    worker()
    morning()
    morning()
    [letter] = letters()
    assert [name in letter.get_content() for name in ("Helmet 1", "Helmet 2", "Helmet 4", "A visor")] == [
        False, True, True, True,
    ]  # fmt: skip
    assert notices(reader)[0].facts["count"] == 4


def test_what_waited_for_another_question_is_dropped(as_member, index, board, reader, worker, morning):
    search = saved_search(reader, tell="daily")
    written(on=board, title="A helmet")
    worker()
    as_member(reader).post(f"/searches/{search.id}", data={"name": "", "q": "visor", "tell": "daily"})
    morning()
    assert kinds(reader) == []


@pytest.mark.parametrize("way", [*SHUT_OUT, *CUT_OFF])
@pytest.mark.parametrize("tell", ["now", "daily"])
def test_who_is_shut_out_before_is_told_nothing(board, reader, worker, morning, letters, way, tell):
    saved_search(reader, tell=tell)
    thread = written(on=board, title="A secret helmet")
    shut_out(way, thread=thread, reader=reader)
    worker()
    morning()
    assert (kinds(reader), letters()) == ([], [])


@pytest.mark.parametrize("way", [*SHUT_OUT, *CUT_OFF, "thread deleted", "address not confirmed"])
def test_what_waits_is_checked_again_when_it_is_sent(board, reader, worker, morning, letters, way):
    saved_search(reader, tell="daily")
    thread = written(on=board, title="A secret helmet")
    worker()
    assert db.session.query(SavedMatch).count() == 1

    shut_out(way, thread=thread, reader=reader)
    with writing():
        if way == "thread deleted":
            thread.deleted_at = now()
        elif way == "address not confirmed":
            reader.email_verified_at = None
    morning()

    assert (kinds(reader), letters()) == ([], [])


@pytest.mark.parametrize("way", SHUT_OUT)
def test_a_notice_goes_when_its_thread_does(as_member, board, reader, worker, way):
    saved_search(reader)
    thread = written(on=board, title="A secret helmet")
    worker()
    assert "secret helmet" in as_member(reader).get("/notices").text
    shut_out(way, thread=thread, reader=reader)
    assert "secret helmet" not in as_member(reader).get("/notices").text


def test_the_link_in_the_mail_ends_it_with_one_post(app, guest, board, reader, worker, morning, letters, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # a mail program has no token
    saved_search(reader, tell="daily")
    written(on=board, title="A helmet")
    worker()
    morning()
    [letter] = letters()
    link = re.fullmatch(r"<http://127\.0\.0\.1:8000(/searches/unsubscribe/\S+)>", letter["List-Unsubscribe"])[1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    assert "Stop these mails" in guest.get(link).text
    assert db.session.query(Telling).count() == 0
    assert guest.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200

    written(on=board, title="Another helmet")
    worker()
    morning()
    assert len(letters()) == 1
    assert kinds(reader) == ["search-digest"] * 2


def test_a_forged_link_ends_nothing(guest):
    for token in ("1", "MQ.x", "IjEi.AAAA"):
        assert guest.get(f"/searches/unsubscribe/{token}").status_code == 404
        assert guest.post(f"/searches/unsubscribe/{token}").status_code == 404


def test_the_settings_switch_mails_off_and_on(as_member, reader):
    browser = as_member(reader)
    assert browser.get("/settings/telling").text.count(" checked") == 3
    browser.post("/settings/telling", data={"wishes": "y"})
    page = browser.get("/settings/telling").text
    assert page.count(" checked") == 1
    browser.post("/settings/telling", data={"wishes": "y", "digest_mail": "y", "products": "y"})
    assert browser.get("/settings/telling").text.count(" checked") == 3


@pytest.fixture
def feed(index, as_member, reader):
    """The address of a new feed for a search."""

    def made(search):
        browser = as_member(reader)
        browser.post(f"/searches/{search.id}/feed")
        return re.search(r"/feeds/searches/[\w-]+\.xml", browser.get(f"/searches/{search.id}").text)[0]

    return made


def titles(answer):
    return [entry.findtext(f"{ATOM}title") for entry in ElementTree.fromstring(answer.text).iter(f"{ATOM}entry")]


def test_a_feed_lists_the_newest_finds_without_signing_in(guest, board, reader, reindex, feed):
    for title in ("One helmet & more", "Two <helmets>"):
        written(on=board, title=title, body="Some *words*.")
    secret = make.board("secret", name="Hush")
    written(on=secret, title="Three helmets")
    reindex()
    answer = guest.get(feed(saved_search(reader, tell="none")))
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert sorted(titles(answer)) == ["One helmet & more", "Two <helmets>"]
    again = guest.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("tab", ["products", "boards", "people"])
def test_every_kind_of_search_makes_a_feed(guest, reader, reindex, feed, tab):
    board = make.board(name="Helmets")
    thread = written(on=board, title="A helmet")
    make.offer(by=make.member(), thread=thread, product={"title": "A helmet"})
    reindex()
    assert titles(guest.get(feed(saved_search(reader, **{"in": tab})))) == [
        "Helmets" if tab == "boards" else "A helmet"
    ]
    assert db.session.query(Product).count() == 1


@pytest.mark.parametrize("way", SHUT_OUT)
def test_a_feed_asks_the_gate_each_time(guest, board, reader, reindex, feed, way):
    thread = written(on=board, title="A helmet")
    reindex()
    where = feed(saved_search(reader))
    assert titles(guest.get(where)) == ["A helmet"]
    shut_out(way, thread=thread, reader=reader)
    assert titles(guest.get(where)) == []


@pytest.mark.parametrize("way", ["reader blocked", "author blocked"])
def test_a_feed_holds_nothing_of_who_is_cut_off(guest, board, reader, reindex, feed, way):
    thread = written(on=board, title="A helmet")
    written(on=board, title="Another helmet")
    reindex()
    where = feed(saved_search(reader))
    shut_out(way, thread=thread, reader=reader)
    assert titles(guest.get(where)) == ["Another helmet"]


def test_a_feed_that_was_taken_back_is_missing(guest, as_member, reader, feed):
    search = saved_search(reader)
    old = feed(search)
    new = feed(search)
    assert (guest.get(old).status_code, guest.get(new).status_code) == (404, 200)
    as_member(reader).post(f"/searches/{search.id}/feed/stop")
    assert guest.get(new).status_code == 404


def test_a_suspended_owners_feed_is_missing(guest, reader, feed):
    where = feed(saved_search(reader))
    with writing():
        reader.is_suspended = True
    answers = [guest.get(where), guest.get("/feeds/searches/nothing.xml")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_without_an_index_the_feed_asks_to_come_again(app, guest, reader, feed):
    where = feed(saved_search(reader))
    app.extensions["search"].forget()
    assert guest.get(where).status_code == 503
