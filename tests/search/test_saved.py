"""Saved searches: each kept once, told once, and a burst in one."""

import pytest

from core.db import db, writing
from core.outbox import announce
from forum.boards import commands as boards
from forum.boards.commands.founding import Draft
from forum.notices.models import Notice
from forum.threads.events import PostEdited, PostsImported, ThreadChanged
from forum.threads.models import ImportedPost
from search.saved import covers, jobs, rules
from search.saved.models import SavedMatch, SavedSearch, SavedTerm
from shop.products import commands as products
from shop.products.rules import Terms
from tests import make
from tests.search.keeping import kinds, notices, opening_of, replied, saved_search, written


@pytest.fixture
def browser(as_member, reader):
    return as_member(reader)


def test_the_search_page_offers_to_save_and_the_list_shows_it(index, browser, guest):
    page = browser.get("/search?q=full+face+helmet&in=products&board=bikes")
    assert 'action="/searches"' in page.text
    assert '<input type="hidden" name="board" value="bikes">' in page.text
    assert 'action="/searches"' not in guest.get("/search?q=helmet").text

    answer = browser.post("/searches", data={"q": "full face helmet", "in": "products", "board": "bikes"})

    assert (answer.status_code, answer.location) == (303, "/searches")
    listed = browser.get("/searches").text
    assert "/search?q=full+face+helmet&amp;board=bikes&amp;in=products&amp;sort=new" in listed


def test_htmx_gets_a_sentence_in_place_of_the_form(index, browser):
    answer = browser.post("/searches", data={"q": "helmet", "tell": "daily"}, headers={"HX-Request": "true"})
    assert "Saved as “helmet”" in answer.text
    assert "Once a day" in answer.text


def test_a_search_is_told_in_words_in_either_language(browser, reader):
    saved = saved_search(reader, **{"in": "people", "intent": "wants", "has": "picture", "board": "b1"})
    for page in ("/searches", f"/searches/{saved.id}"):
        assert "People · Want to buy · b1 · With a picture" in browser.get(page).text
        assert "想买 · b1 · 有图片" in browser.get(page, headers={"Accept-Language": "zh-CN"}).text


def test_the_same_search_twice_is_one_and_spelling_is_no_difference(index, browser, reader):
    for typed in ("Red  helmet", "red helmet", "RED HELMET "):
        browser.post("/searches", data={"q": typed})
    browser.post("/searches", data={"q": "red helmet", "in": "products"})
    browser.post("/searches", data={"q": "helmet red"})
    assert db.session.query(SavedSearch).count() == 3


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        ({"q": ""}, 422, "invalid"),
        ({"q": "x " * 400}, 422, "invalid"),
        ({"q": "helmet", "tell": "hourly"}, 422, "invalid"),
        ({"q": "helmet", "name": "n" * 90}, 422, "invalid"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_words(index, browser, data, status, code):
    answer = browser.post("/searches", data=data)
    assert (answer.status_code, f'data-code="{code}"' in answer.text) == (status, True)
    assert db.session.query(SavedSearch).count() == 0


def test_only_who_confirmed_their_address_can_save(index, as_member):
    answer = as_member(make.member(email_verified_at=None)).post("/searches", data={"q": "helmet"})
    assert (answer.status_code, "not_verified" in answer.text) == (403, True)


def test_who_lost_their_confirmed_address_is_told_nothing(board, reader, worker):
    saved_search(reader)
    with writing():
        reader.email_verified_at = None
    written(on=board, title="A helmet")
    worker()
    assert kinds(reader) == []


def test_fifty_are_enough(index, browser, reader, unlimited):
    for number in range(rules.MOST):
        saved_search(reader, f"helmet{number}")
    answer = browser.post("/searches", data={"q": "one more"})
    assert (answer.status_code, "too_many_searches" in answer.text) == (409, True)
    assert browser.post("/searches", data={"q": "helmet7"}).status_code == 303


def test_a_search_is_renamed_changed_and_removed(index, browser, reader, worker):
    search, other = saved_search(reader), saved_search(reader, "visor")
    where = f"/searches/{search.id}"
    assert 'value="helmet"' in browser.get(where).text

    assert browser.post(where, data={"name": "Lids", "q": "helmet shoei", "tell": "daily"}).status_code == 303
    assert "Lids" in browser.get("/searches").text
    refused = browser.post(where, data={"name": "Lids", "q": "visor", "tell": "now"})
    assert (refused.status_code, "saved this search already" in refused.text) == (422, True)
    assert browser.post(where, data={"name": "Lids", "q": "", "tell": "now"}).status_code == 422

    browser.post(f"{where}/remove")
    db.session.rollback()
    assert [row.id for row in db.session.query(SavedSearch)] == [other.id]
    assert {row.search_id for row in db.session.query(SavedTerm)} == {other.id}


def test_other_peoples_searches_are_not_there(index, as_member, reader):
    search = saved_search(reader)
    stranger = as_member(make.member())
    assert stranger.get(f"/searches/{search.id}").status_code == 404
    for step in ("", "/remove", "/feed", "/feed/stop"):
        assert stranger.post(f"/searches/{search.id}{step}", data={"q": "x", "tell": "now"}).status_code == 404


def test_a_new_post_is_told_at_once_and_once(browser, board, reader, worker):
    saved_search(reader)
    thread = written(on=board, title="My old helmets")
    worker()
    with writing():
        announce(PostEdited(opening_of(thread)), ThreadChanged(thread.id))
    worker()

    assert [(notice.kind, notice.address) for notice in notices(reader)] == [("search-found", thread.address)]
    assert "New for your search “helmet”: “My old helmets”" in browser.get("/notices").text


def test_what_does_not_answer_is_not_told(board, reader, worker):
    saved_search(reader, "helmet -shoei")
    saved_search(reader, "by:marina visor")
    written(on=board, title="A shoei helmet")
    written(on=board, title="A visor")
    worker()
    assert kinds(reader) == []
    written(on=board, title="A visor", by=make.member(username="Marina"))
    worker()
    assert kinds(reader) == ["search-found"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "by:marina"}, True),
        ({"q": "by:someone"}, False),
        ({"q": "board:helmets"}, True),
        ({"q": "", "board": "helmets"}, True),
        ({"q": "board:other"}, False),
        ({"q": "-visor"}, True),
        ({"q": "has:picture"}, False),
        ({"q": "减肥"}, True),
        ({"q": "减*"}, True),
        ({"q": "sho*"}, True),
        ({"q": "SE215"}, True),
        ({"q": "before:2020 shoei"}, False),
        ({"q": "after:2020 shoei"}, True),
    ],
)
def test_every_kind_of_question_lasts(app, reader, worker, asked, found):
    saved_search(reader, **asked)
    by = make.member(username="Marina")
    written(on=make.board(slug="helmets"), by=by, title="Shoei SE-215", body="减肥方法")
    worker()
    assert kinds(reader) == ["search-found"] * found


def test_own_posts_old_posts_and_imports_are_no_news(board, reader, worker, clock):
    old = make.thread(on=board, title="An old helmet")
    clock.travel(hours=1)
    saved_search(reader)
    written(on=board, by=reader, title="My own helmet")
    imported = make.thread(on=board, title="An imported helmet")
    post_id = opening_of(imported)
    make.saved(ImportedPost(source="mid:1", post_id=post_id))
    with writing():
        announce(PostsImported([post_id]), ThreadChanged(imported.id), PostEdited(opening_of(old)))
    worker()
    assert kinds(reader) == []


def test_what_was_told_long_ago_is_not_told_again(board, reader, worker, clock):
    saved_search(reader)
    thread = written(on=board, title="A helmet")
    worker()
    assert kinds(reader) == ["search-found"]
    clock.travel(days=rules.MATCHES_KEPT.days + 1)
    jobs.forget_matches()
    with writing():
        db.session.execute(db.delete(Notice))
        announce(PostEdited(opening_of(thread)))
    worker()
    assert kinds(reader) == []


def test_two_searches_that_find_the_same_tell_it_once(board, reader, worker):
    saved_search(reader)
    saved_search(reader, "red helmet")
    written(on=board, title="A red helmet")
    worker()
    assert kinds(reader) == ["search-found"]
    assert db.session.query(SavedMatch).count() == 2


def test_a_burst_is_one_notice_that_counts(browser, board, reader, worker, clock):
    saved_search(reader)
    thread = make.thread(on=board)
    for number in range(rules.AT_ONCE_A_DAY + 3):
        replied(to=thread, body=f"helmet {number}")
    worker()

    more = notices(reader, "search-found-more")
    assert len(notices(reader, "search-found")) == rules.AT_ONCE_A_DAY
    assert [notice.facts["count"] for notice in more] == [3]
    assert "3 more finds for your search “helmet”" in browser.get("/notices").text
    clock.travel(days=1)
    replied(to=thread, body="helmet again")
    worker()
    assert len(notices(reader, "search-found")) == rules.AT_ONCE_A_DAY + 1


def test_a_search_that_tells_nothing_stays_silent(board, reader, worker):
    saved_search(reader, tell="none")
    written(on=board, title="A helmet")
    worker()
    jobs.send_digests()
    assert (kinds(reader), db.session.query(SavedMatch).count()) == ([], 0)


def test_people_who_write_about_it_are_found_by_their_own_words(board, reader, worker):
    saved_search(reader, **{"in": "people"})
    thread = make.thread(on=board)
    replied(to=thread, body="> a helmet\n\nNo idea.")
    worker()
    assert kinds(reader) == []
    replied(to=thread, body="This helmet is fine.")
    worker()
    assert kinds(reader) == ["search-found"]


def test_people_are_told_of_by_what_they_mean_to_do(board, reader, worker):
    for intent in ("wants", "sells"):
        saved_search(reader, **{"in": "people", "intent": intent})
    assert db.session.query(SavedSearch).count() == 2
    thread = make.thread(on=board)
    replied(to=thread, body="A helmet is a good thing to have, whatever they cost.")
    worker()
    assert kinds(reader) == []
    replied(to=thread, body="WTB: a helmet in size M.")
    worker()
    assert kinds(reader) == ["search-found"]
    [found] = db.session.query(SavedMatch)
    assert db.session.get(SavedSearch, found.search_id).asked["intent"] == "wants"


def test_a_new_board_on_the_topic_is_told(browser, reader, worker):
    saved_search(reader, **{"in": "boards"})
    boards.found(Draft("Helmets", "All about them", "public"), slug="helmets", founder=make.member())
    boards.found(Draft("Helmet room", "Hush", "secret"), slug="hush", founder=make.member())
    worker()
    assert [notice.address for notice in notices(reader)] == ["/b/helmets"]
    assert "A new board for your search “helmet”: Helmets" in browser.get("/notices").text


@pytest.fixture
def sell(board, clock):
    seller = make.member(of=board)
    thread = make.thread(on=board, by=seller, title="Helmet")
    clock.travel(hours=1)

    def listed(price, stock=1):
        terms = Terms(title="Helmet", currency="USD", price=price, stock=stock)
        return products.sell(thread, seller=seller, terms=terms)

    return listed


def test_a_price_that_falls_into_the_range_is_told_and_no_other_change_is(reader, worker, clock, sell):
    sell(9000)
    clock.travel(hours=1)
    saved_search(reader, "helmet price:<50")
    for price, stock, told in ((8000, 1, 0), (6000, 2, 0), (4500, 2, 1), (4000, 2, 1), (9000, 2, 1), (4000, 2, 1)):
        clock.travel(minutes=1)
        sell(price, stock)
        worker()
        assert kinds(reader) == ["search-found"] * told, price


def test_what_was_in_the_range_already_is_no_news(reader, worker, clock, sell):
    sell(4900)
    clock.travel(hours=1)
    saved_search(reader, "helmet price:<50")
    for price in (4500, 6000, 4000):
        clock.travel(minutes=1)
        sell(price)
        worker()
    assert kinds(reader) == []


def test_a_new_offer_is_told(browser, reader, worker, sell):
    saved_search(reader, **{"in": "products"})
    product = sell(4900)
    worker()
    assert [notice.address for notice in notices(reader)] == [product.address]
    assert "For sale, and found by your search “helmet”: “Helmet”" in browser.get("/notices").text


def test_terms_of_another_version_are_written_anew(index, board, reader, worker, monkeypatch):
    search = saved_search(reader)
    with writing():
        db.session.get(SavedSearch, search.id).version = covers.VERSION - 1
        db.session.query(SavedTerm).delete()
    assert jobs.cover_again() == 1
    assert jobs.cover_again() == 0
    written(on=board, title="A helmet")
    worker()
    assert kinds(reader) == ["search-found"]


def test_a_thread_that_moves_into_the_open_is_news_with_all_that_it_sells(reader, worker):
    hidden, home = make.board("secret"), make.board()
    saved_search(reader)
    saved_search(reader, **{"in": "products"})
    thread = written(on=hidden, title="A helmet")
    make.offer(by=make.member(), thread=thread, product={"title": "A helmet"})
    worker()
    assert kinds(reader) == []
    with writing():
        thread.board_id = home.id
        announce(ThreadChanged(thread.id))
    worker()
    assert [notice.facts["what"] for notice in notices(reader)] == ["post", "product"]
