"""The search page: what is found, who may find it, and what it costs."""

import re

import pytest

from tests import make


@pytest.fixture
def helmets(index):
    """A public board with a conversation about helmets."""
    board = make.board(name="Motorcycles", slug="motorcycles")
    anna, bert = make.member(username="anna"), make.member(username="bert")
    thread = make.thread(on=board, by=anna, title="Which helmet fits a round head?", body="My old helmet pinches.")
    make.post(to=thread, by=bert, body="A Shoei helmet sits well. Try two sizes of helmets.")
    make.post(to=thread, by=bert, body="减肥以后头盔也松了。")
    return thread


def test_words_find_posts_with_their_words_marked(guest, helmets, reindex):
    reindex()

    page = guest.get("/search?q=helmets")

    assert page.status_code == 200
    assert f'href="/t/{helmets.id}/which-helmet-fits-a-round-head#post-2"' in page.text
    assert "<mark>helmets</mark>" in page.text
    assert "<mark>helmet</mark>" in page.text


def test_chinese_is_found_in_simplified_and_traditional(guest, helmets, reindex):
    reindex()

    for typed in ("减肥", "減肥", "头盔", "頭盔也鬆"):
        assert "#post-3" in guest.get("/search", query_string={"q": typed}).text, typed


def test_people_who_know_a_topic_stand_above_the_posts(guest, helmets, reindex):
    reindex()

    page = guest.get("/search?q=helmet")

    assert "People who know about “helmet”" in page.text
    assert 'href="/m/bert"' in page.text
    assert "/messages/new?to=bert&amp;about=post:" in page.text


def test_every_tab_answers(guest, helmets, reindex):
    make.offer(thread=helmets, by=None, product={"title": "Helmet, worn twice"})
    reindex()

    for tab, shown in (("people", "bert"), ("products", "worn twice"), ("boards", "Nothing found"), ("posts", "Shoei")):
        page = guest.get(f"/search?q=helmet&in={tab}")
        assert page.status_code == 200
        assert shown in page.text


def test_filters_narrow_and_unknown_values_find_nothing(guest, helmets, reindex):
    reindex()

    assert "#post-2" in guest.get("/search?q=helmet&by=bert&board=motorcycles&after=2020").text
    assert "#post-1" not in guest.get("/search?q=helmet+by:bert").text
    for nothing in ("by=nobody", "board=nowhere", "before=1990", "after=2999-01-01"):
        page = guest.get(f"/search?q=helmet&{nothing}")
        assert (page.status_code, "Nothing found" in page.text) == (200, True), nothing


def test_a_page_of_results_costs_at_most_eight_statements(as_member, helmets, reindex, count_queries):
    reindex()
    client = as_member(make.member())
    for tab in ("posts", "people", "products", "boards"):
        with count_queries() as sent:
            assert client.get(f"/search?q=helmet&in={tab}&by=bert&board=motorcycles").status_code == 200
        assert len(sent) <= 8, "\n".join(sent)


@pytest.mark.parametrize("typed", ["", " ", '"', "-", "*", "OR", "()", "by:", "%00", "\u202e", "a" * 500, "😀", "\\"])
def test_odd_questions_get_a_page(guest, index, typed):
    assert guest.get("/search", query_string={"q": typed}).status_code == 200


@pytest.mark.parametrize(
    "typed", ["a" * 501, "ab* " * 100, "(" * 100_000, "x " * 200, " ".join("abcdefghijklmnopqrstuvwxyz")]
)
def test_too_much_is_refused_in_words(guest, index, typed):
    page = guest.get("/search", query_string={"q": typed})

    assert page.status_code == 422
    assert 'data-code="invalid"' in page.text


def test_strange_fields_are_not_errors(guest, index):
    for query in (
        "page=0",
        "page=-1",
        "page=99999999999999",
        "page=x",
        "in=secrets",
        "sort=price",
        "before=x",
        "by=%00",
    ):
        assert guest.get(f"/search?q=helmet&{query}").status_code == 200, query


def test_pages_neither_repeat_nor_skip(guest, index, reindex):
    thread = make.thread(title="Seagate", body="seagate")
    for _ in range(44):
        make.post(to=thread, body="a seagate disk")
    reindex()

    seen = [number for page in (1, 2, 3) for number in _post_numbers(guest.get(f"/search?q=seagate&page={page}").text)]

    assert sorted(seen) == list(range(1, 46))


def _post_numbers(text: str) -> list[int]:
    addresses = re.findall(r'hit__title"><a href="([^"]*)"', text)
    return [int(address.partition("#post-")[2] or 1) for address in addresses]


@pytest.mark.parametrize("typed", ["\0", "%", "_", "'", "\\", "x" * 81, "<b>", "ab*", '"', "\U0001f600"])
def test_odd_beginnings_get_suggestions_or_none(guest, index, typed):
    answer = guest.get("/search/suggest", query_string={"q": typed})
    assert answer.status_code == 200
    assert "<b>" not in answer.text


def test_beginnings_suggest_threads_boards_and_people(guest, helmets, reindex, count_queries):
    make.member(username="helmine")
    reindex()
    with count_queries() as sent:
        answer = guest.get("/search/suggest?q=helm").text
    assert f'href="{helmets.address}"' in answer
    assert 'href="/m/helmine"' in answer
    assert 'href="/b/motorcycles"' in guest.get("/search/suggest?q=motorc").text
    assert len(sent) <= 4


def test_a_fragment_is_asked_for_and_given(guest, helmets, reindex):
    reindex()
    answer = guest.get("/search?q=helmet", headers={"HX-Request": "true"}).text
    assert "<html" not in answer
    assert "hit-list" in answer


def test_too_many_searches_are_told_to_wait(app, guest, monkeypatch):
    monkeypatch.setitem(app.config["LIMITS"], "search", "2/minute")
    monkeypatch.setitem(app.extensions, "limit_windows", {})
    answers = [guest.get("/search?q=helmet") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Retry-After" in answers[2].headers


def test_what_was_typed_is_shown_as_text(guest, index):
    typed = '"><script>alert(1)</script>'
    page = guest.get("/search", query_string={"q": typed, "by": typed, "in": "people"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
