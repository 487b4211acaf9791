"""Words near a misspelt one, words that begin so, "did you mean": never a word from where the asker may not look."""

import random
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.schema import Document, Kind, key_of
from tests import make

_serial = count()
OPEN, CLOSED = frozenset([1]), frozenset([1, 2])


def post(number, text, **given):
    return Document(**{"kind": Kind.POST, "id": number, "board_id": 1, "author_id": 1, "text": text, **given})


@pytest.mark.parametrize("typed", ["helmt", "hellmet", "hemlet", "halmet", "elmet", "helmetx"])
def test_one_edit_away_is_found(engine, typed):
    engine.apply([post(1, "an old helmet")])
    assert engine.similar(typed, OPEN) == ("helmet",)


def test_two_edits_away_and_the_word_itself_are_not(engine):
    engine.apply([post(1, "an old helmet")])
    assert engine.similar("hemletx", OPEN) == ()
    assert engine.similar("helmet", OPEN) == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("减服", "减肥"), ("简肥", "减肥"), ("减肥万法", "减肥方法"), ("自形车", "自行车"), ("咖非", "咖啡")],
)
def test_one_other_chinese_character_is_found(engine, typed, meant):
    engine.apply([post(1, "我的减肥方法是骑自行车，喝咖啡。")])
    assert meant in engine.similar(typed, OPEN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("减服方法", "减肥方法"), ("减肥万法", "减肥方法"), ("减肥方去", "减肥方法"), ("肥方去", "肥方法")],
)
def test_a_run_is_only_named_where_all_of_it_stands_together(engine, typed, meant):
    engine.apply([post(1, "减肥，肥方，方法，服方"), post(2, meant, board_id=2)])
    assert engine.similar(typed, OPEN) == ()
    assert engine.similar(typed, CLOSED) == (meant,)


def test_a_word_that_is_only_quoted_is_nobodys_spelling(engine):
    engine.apply([post(1, "boot"), *(post(number, "yes", quoted="boat") for number in range(2, 9))])
    assert engine.similar("boxt", OPEN) == ("boot",)


def test_the_word_in_most_documents_comes_first(engine):
    texts = ["boot"] * 3 + ["boat"] * 5 + ["bolt"]
    engine.apply([post(number, text) for number, text in enumerate(texts, 1)])
    assert engine.similar("boxt", OPEN) == ("boat", "boot", "bolt")
    assert engine.similar("boxt", OPEN, 1) == ("boat",)


def test_what_stands_on_closed_boards_alone_is_never_named(engine):
    secret = [post(number, "canary canaries 密语", board_id=2, tags=("canal",)) for number in range(10, 30)]
    engine.apply([post(1, "canoe"), *secret])
    assert engine.similar("canarx", OPEN) == ()
    assert engine.similar("密雨", OPEN) == ()
    assert engine.completions("can", OPEN) == ("canoe",)
    assert engine.completions("密", OPEN) == ()
    assert engine.similar("canarx", CLOSED) == ("canary",)
    assert set(engine.completions("can", CLOSED)) == {"canary", "canaries", "canoe", "canal"}


def test_closed_boards_do_not_decide_the_order(engine):
    hidden = [post(number, "boat", board_id=2) for number in range(10, 30)]
    engine.apply([post(1, "boot"), post(2, "boot"), post(3, "boat"), *hidden])
    assert engine.similar("boxt", OPEN) == ("boot", "boat")
    assert engine.completions("bo", OPEN) == ("boot", "boat")
    assert engine.completions("bo", CLOSED) == ("boat", "boot")


def test_deleted_documents_do_not_count(engine):
    engine.apply([post(1, "helmet", tags=("half shell",))])
    engine.apply([post(2, "visor")], [key_of(Kind.POST, 1)])
    assert engine.similar("helmt", OPEN) == ()
    assert engine.completions("h", OPEN) == ()


def test_words_and_tags_are_completed(engine):
    engine.apply([post(1, "helmets", tags=("helm cover",)), post(2, "helmet"), post(3, "my helmet")])
    assert engine.completions("helm", OPEN) == ("helmet", "helm cover", "helmets")
    assert engine.completions("helm", OPEN, 1) == ("helmet",)
    assert engine.completions("~", OPEN) == ()
    assert engine.completions("zz", OPEN) == ()


def test_a_compound_is_not_offered_as_one_word(engine):
    engine.apply([post(1, "a half-shell helmet"), post(2, "the other half"), post(3, "SE-215")])
    assert engine.completions("ha", OPEN) == ("half",)
    assert engine.completions("se2", OPEN) == ("se215",)


@given(word=st.text("ab头盔", min_size=1, max_size=6), near=st.text("ab头盔", min_size=1, max_size=6))
def test_nothing_odd_breaks_it(engine, word, near):
    random.seed(next(_serial))  # Hypothesis sets it back for each example, and Whoosh draws segments' names from it
    engine.apply([post(1, near)])
    for found in (*engine.similar(word, OPEN), *engine.completions(word, OPEN)):
        assert found


@pytest.mark.parametrize("odd", ["", "\ud800", "\0", "x" * 500, "ÿ", "頭" * 30, "a b", "123"])
def test_odd_words_have_no_neighbours(engine, odd):
    engine.apply([post(1, "helmet 头盔")])
    assert engine.similar(odd, OPEN) == ()
    assert isinstance(engine.completions(odd, OPEN), tuple)


@pytest.fixture
def shop_talk(index):
    board = make.board(name="Motorcycles", slug="motorcycles")
    thread = make.thread(on=board, title="Which helmet?", body="A helmet, full face. 减肥方法")
    for _ in range(3):
        make.post(to=thread, body="a helmet and a visor")
    secret = make.board("secret", slug="backroom")
    hidden = make.thread(
        on=secret, by=make.member(username="insider", of=secret), title="canaryword", body="canaryword"
    )
    make.offer(thread=hidden, product={"title": "canaryword"})
    return secret


def test_a_misspelt_word_is_asked_back_as_a_link(guest, shop_talk, reindex):
    reindex()
    page = guest.get("/search?q=full+hemlet+by:nobody").text
    assert "Did you mean" not in page
    page = guest.get("/search?q=face+hemlet&sort=new").text
    assert 'href="/search?q=face+helmet&amp;sort=new">face helmet</a>?' in page
    assert "Did you mean" not in guest.get("/search?q=helmet").text
    assert 'q=visor+helmet">' in guest.get("/search?q=vizor+helmt").text


def test_what_finds_hardly_more_is_not_asked_back(guest, shop_talk, reindex):
    board = make.board()
    for word in ("lanterm", "lanterm", "lantern", "lantern", "lantern", "lantern"):
        make.thread(on=board, title=word, body=word)
    reindex()
    assert "Did you mean" not in guest.get("/search?q=lanterm").text
    make.thread(on=board, title="lantern", body="lantern")
    reindex()
    assert "Did you mean" in guest.get("/search?q=lanterm").text


def test_a_mistyped_chinese_word_of_four_is_asked_back(guest, shop_talk, reindex):
    reindex()
    assert "Did you mean" in guest.get("/search", query_string={"q": "减服方法"}).text


def test_outsiders_are_never_asked_back_hidden_words(as_member, shop_talk, reindex):
    reindex()
    insider = make.member(of=shop_talk)
    outsiders = (None, make.member(), make.member(of=shop_talk, role="banned"))
    for viewer in outsiders:
        client = as_member(viewer)
        for tab in ("posts", "people", "products", "boards"):
            assert "canaryword" not in client.get(f"/search?q=canarywrd&in={tab}").text
        assert "canaryword" not in client.get("/search/suggest?q=canaryw").text
    client = as_member(insider)
    assert 'href="/search?q=canaryword">' in client.get("/search?q=canarywrd").text
    assert "canaryword" in client.get("/search/suggest?q=canaryw").text


def test_a_page_that_asks_back_costs_no_more_statements(as_member, shop_talk, reindex, count_queries):
    reindex()
    client = as_member(make.member())
    for typed in ("hemlet", "hemlet vizor tag:x board:motorcycles by:insider", "zzz yyy xxx"):
        with count_queries() as sent:
            assert client.get("/search", query_string={"q": typed}).status_code == 200
        assert len(sent) <= 8, "\n".join(sent)


def test_the_last_word_is_completed_while_one_types(guest, shop_talk, reindex):
    reindex()
    answer = guest.get("/search/suggest?q=full+hel").text
    assert 'href="/search?q=full+helmet"' in answer
    assert 'href="/search?q=%E5%87%8F%E8%82%A5"' in guest.get("/search/suggest", query_string={"q": "减"}).text
    assert "full helmet" not in guest.get("/search/suggest?q=full+helmet").text.replace("“full helmet”", "").replace(
        "q=full+helmet", ""
    )


def test_one_person_who_wrote_much_is_no_reason_to_ask_what_was_meant(guest, index, reindex):
    board, kurt = make.board(), make.member(username="kurt")
    for number in range(4):
        make.thread(on=board, by=kurt, title=f"Spoons, part {number}", body="A spoon for every soup.")
    reindex()
    page = guest.get("/search?q=spoon&in=people").text
    assert 'href="/m/kurt"' in page
    assert "Did you mean" not in page
