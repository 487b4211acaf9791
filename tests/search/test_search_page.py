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

    assert "People to talk to about “helmet”" in page.text
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
    for nothing in ("tag=none", "by=nobody", "board=nowhere", "before=1990", "after=2999-01-01"):
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
        "kind=unicorn",
        "tag=%00",
        "price=lots",
        "has=wings",
        "board=" + "x" * 5000,
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


def test_a_question_that_is_too_much_never_reaches_the_engine(app, guest, index, monkeypatch):
    class Untouched:
        def __getattr__(self, name):
            raise AssertionError(f"asked for {name}")

    monkeypatch.setitem(app.extensions, "search", Untouched())
    for typed in ("a* " * 1000, "((((" * 25_000, "x" * 100_000, '"' * 501):
        assert guest.get("/search", query_string={"q": typed}).status_code == 422


def test_deep_pages_are_bounded(guest, helmets, reindex, app, monkeypatch):
    reindex()
    asked, search = [], app.extensions["search"].search
    monkeypatch.setattr(
        app.extensions["search"], "search", lambda ask, boards: asked.append(ask) or search(ask, boards)
    )

    assert guest.get("/search?q=helmet&page=99999").status_code == 200
    assert max(ask.page * ask.size for ask in asked) <= 1000


def test_filters_that_are_not_understood_are_said_in_words(guest, helmets, reindex):
    reindex()

    page = guest.get("/search?q=helmet+before:yesterday+price:x1.2.3").text

    assert "“yesterday” is no date" in page
    assert page.count('data-code="filter_unknown"') == 2
    assert "Take out: </span>Before" not in page
    assert "#post-2" not in guest.get("/search?q=helmet+by:nobody").text
    assert "There is nobody called “nobody”." in guest.get("/search?q=helmet+by:nobody").text


def test_a_hidden_board_is_not_told_from_a_missing_one(as_member, index, reindex):
    make.thread(on=make.board("secret", slug="hidden-room", name="Quiet room"), body="helmet")
    reindex()
    client = as_member(make.member())

    def answer(slug):
        return client.get(f"/search?q=helmet+board:{slug}").text.replace(slug, "x")

    assert "There is no board called “x” that you may read." in answer("hidden-room")
    strip = re.compile(r'csrf-token" content="[^"]*"|nonce="[^"]*"|value="[^"]{40,}"')
    assert strip.sub("", answer("hidden-room")) == strip.sub("", answer("missing-room"))


def test_facets_count_and_link_and_chips_take_them_out(guest, helmets, reindex):
    wish = make.thread(title="A helmet for my son", body="Looking for a small helmet.", kind="wish")
    make.post(to=wish, body="This helmet?")
    make.post(to=helmets, body="helmet again")
    reindex()

    page = guest.get("/search?q=helmet").text

    assert 'Wish <span class="muted">2</span>' in page
    assert 'Openings only <span class="muted">2</span>' in page
    assert 'Motorcycles <span class="muted">3</span>' in page
    narrowed = guest.get("/search?q=helmet&kind=wish").text
    assert len(_post_numbers(narrowed)) == 2
    assert 'href="/search?q=helmet"><span class="hidden-visually">Take out: </span>Wish' in narrowed
    assert len(_post_numbers(guest.get("/search?q=helmet+kind:thread").text)) == 2
    typed = guest.get("/search?q=helmet+by:bert+kind:talk").text
    assert 'href="/search?q=helmet+kind:talk"><span class="hidden-visually">Take out: </span>By bert' in typed.replace(
        "%3A", ":"
    )


def test_prices_are_narrowed_in_sensible_steps(guest, index, reindex):
    for price in (500, 999, 1000, 4999, 200_000):
        make.offer(price=price, product={"title": f"Helmet for {price}"})
    reindex()

    page = guest.get("/search?q=helmet&in=products").text

    counts = re.findall(r'price=([^"&]*)"[^>]*>([^<]*) <span class="muted">(\d+)<', page)
    assert [(address, label, int(count)) for address, label, count in counts] == [
        ("%3C10", "below $10.00", 2), ("10-50", "$10.00 – $50.00", 2), ("%3E1000", "$1,000.00 and more", 1)
    ]  # fmt: skip
    for address, _, count in counts:
        assert guest.get(f"/search?q=helmet&in=products&price={address}").text.count("product-card__title") == int(
            count
        )


def test_nothing_found_comes_with_ways_out(as_member, helmets, reindex):
    reindex()
    client = as_member(make.member())

    page = client.get('/search?q="green helmet" visor&board=motorcycles').text

    for label in (
        "Without the quotation marks",
        "With any of these words",
        "On all boards",
        "Search without the filters",
    ):
        assert label in page
    link = re.search(r'href="(/b/motorcycles/new\?kind=wish[^"]*)"', page)[1].replace("&amp;", "&")
    form = client.get(link).text
    assert 'value="green helmet visor"' in form
    assert re.search(r'value="wish"[^>]*checked|checked[^>]*value="wish"', form)


def test_ways_out_keep_each_filter_once(guest, helmets, reindex):
    reindex()
    page = guest.get("/search", query_string={"q": '"zzgone zzlost" board:motorcycles'}).text
    assert 'href="/search?q=zzgone+zzlost+board:motorcycles"' in page.replace("%3A", ":")
    assert "With any of these words" not in guest.get("/search?q=zzgone OR zzlost").text


def test_who_narrows_by_board_or_person_looks_for_no_boards(guest, helmets, reindex):
    reindex()
    assert 'Boards <span class="tabs__count">1<' in guest.get("/search?q=motorcycles").text
    for narrower in ("board=motorcycles", "by=bert"):
        assert 'Boards <span class="tabs__count">0<' in guest.get(f"/search?q=motorcycles&{narrower}").text


def test_names_are_found_in_every_form_of_their_letters(guest, index, reindex):
    board, author = make.board(name="攝影器材"), make.member(username="Straße")
    make.thread(on=board, by=author, title="Helmet", body="helmet")
    reindex()
    for typed in ("board:摄影器材", "board:攝影器材", "by:STRAßE", "by:＠Ｓtraße"):
        page = guest.get("/search", query_string={"q": f"helmet {typed}"}).text
        assert 'Posts <span class="tabs__count">1<' in page, typed
    assert 'href="/m/Stra%C3%9Fe"' in guest.get("/search/suggest?q=Straß").text


def test_a_wish_is_started_only_where_one_may_write(guest, as_member, index, reindex):
    make.board("secret", slug="not-mine")
    make.board(slug="closed-to-newcomers", start_level=3)
    mine = make.board("invite", slug="mine")
    reindex()

    assert "Ask for it" not in guest.get("/search?q=zzgone").text
    page = as_member(make.member(of=mine)).get("/search?q=zzgone").text
    assert "/b/mine/new" in page
    assert "not-mine" not in page
    assert "closed-to-newcomers/new" not in page


def test_conversations_know_the_search_they_came_from(guest, helmets, reindex):
    reindex()
    page = guest.get("/search", query_string={"q": "头盔 by:bert"}).text
    assert "&amp;from=search:%E5%A4%B4%E7%9B%94&#34;".replace("&#34;", '"') in page
    for tab in ("posts", "products"):
        assert guest.get("/search", query_string={"q": '"<b>&x=1', "in": tab}).status_code == 200


def test_filters_alone_name_no_search(guest, helmets, reindex):
    reindex()
    assert "&amp;from=" not in guest.get("/search?by=bert").text
    page = guest.get("/search?by=nobody&in=products").text
    assert ("Nothing found<" in page, "“”" in page) == (True, False)
    assert 'href="/search?in=products">Reset</a>' in page


def test_what_was_typed_is_shown_as_text(guest, index):
    typed = '"><script>alert(1)</script>'
    page = guest.get("/search", query_string={"q": typed, "by": typed, "in": "people"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
