"""What every engine must do. Runs on an index of its own, without the site."""

import random

import pytest

from search.analysis import TOKEN, is_cjk, normalize
from search.engine import Ask, Busy, Filters, Unavailable, Within
from search.query import parse
from search.schema import Document, Kind, key_of
from tests.search.asking import BOARDS, found, post


def test_a_document_is_found_changed_and_gone(engine):
    engine.apply([post(1, "an old helmet")])
    assert found(engine, "helmet") == {1}
    engine.apply([post(1, "a new visor")])
    assert (found(engine, "helmet"), found(engine, "visor")) == (set(), {1})
    engine.apply([], [key_of(Kind.POST, 1)])
    assert (found(engine, "visor"), engine.count()) == (set(), 0)


def test_applying_twice_changes_nothing(engine):
    for _ in range(3):
        engine.apply([post(1, "helmet"), post(2, "helmet")], [key_of(Kind.POST, 9)])
    assert (engine.count(), found(engine, "helmet")) == (2, {1, 2})


def test_boards_are_a_gate_for_results_and_counts(engine):
    engine.apply([post(number, "helmet", board_id=number) for number in (1, 2, 3)])
    results = engine.search(Ask(parse("helmet").node), frozenset([2]))
    assert (results.total, [hit.id for hit in results.hits], results.kinds[Kind.POST]) == (1, [2], 1)
    assert results.boards == {2: 1}
    assert engine.people(Ask(parse("helmet").node), frozenset([2])).total == 1
    assert found(engine, "helmet", frozenset()) == set()


def test_words_phrases_alternatives_and_exclusions(engine):
    texts = ["red full face helmet", "face full of red", "red helmets", "blue visor", "running shoes"]
    engine.apply([post(number, text) for number, text in enumerate(texts)])
    for typed, expected in [
        ("red", {0, 1, 2}),
        ("red helmet", {0, 2}),
        ('"full face"', {0}),
        ("visor OR helmet", {0, 2, 3}),
        ("red -helmet", {1}),
        ("-red", {3, 4}),
        ("hel*", {0, 2}),
        ("run", {4}),
        ('"run"', set()),
        ("HELMETS", {0, 2}),
    ]:
        assert found(engine, typed) == expected, typed


def test_model_names_are_found_in_every_usual_spelling(engine):
    spellings = ["the SE-215 is", "an SE215", "SE 215!", "se_215", "ＳＥ２１５"]
    engine.apply([post(number, text) for number, text in enumerate(spellings)])
    for typed in ("SE-215", "se215", '"se 215"', "SE_215"):
        assert found(engine, typed) == {0, 1, 2, 3, 4}, typed
    assert found(engine, "se216") == set()


def test_numbers_with_units_and_letters_are_found_in_every_usual_spelling(engine):
    units, cameras = ["660Mb", "a 660 MB disk", "660-mb", "６６０ＭＢ"], ["X100V", "富士x100v", "X-100V", "x 100 v"]
    engine.apply([post(number, text) for number, text in enumerate(units + cameras)])
    for typed in ("660Mb", "660 mb", "660MB", "６６０Ｍb"):
        assert found(engine, typed) == {0, 1, 2, 3}, typed
    for typed in ("x100v", "X-100V", '"X100 V"', "Ｘ１００Ｖ"):
        assert found(engine, typed) == {4, 5, 6, 7}, typed
    assert found(engine, "66 OR 100mb") == set()


def test_phrases_cross_scripts_but_not_titles(engine):
    engine.apply([post(1, "我的iPhone手机壳", title="苹果"), post(2, "手机 iPhone")])
    assert found(engine, '"iphone手机"') == {1}
    assert found(engine, '"苹果我的"') == set()


def test_quoted_words_are_found_but_are_nobodys_knowledge(engine):
    engine.apply([post(1, "I disagree", quoted="helmets are useless"), post(2, "helmets are fine")])
    assert found(engine, "helmet") == {1, 2}
    assert [person.author_id for person in engine.people(Ask(parse("helmet").node), BOARDS).people] == [2]


def test_filters_narrow(engine):
    engine.apply(
        [
            post(1, "helmet", at=100, has_picture=True),
            post(2, "helmet", at=200, author_id=7),
            Document(Kind.PRODUCT, 3, 2, 7, "helmet", price=5_000, at=300),
        ]
    )
    for given, expected in [
        ({"authors": frozenset([7])}, {2, 3}),
        ({"after": 200}, {2, 3}),
        ({"before": 200}, {1}),
        ({"price_below": 5_001}, {3}),
        ({"price_below": 5_000}, set()),
        ({"has_picture": True}, {1}),
        ({"kinds": frozenset([Kind.PRODUCT])}, {3}),
        ({"boards": frozenset([2])}, {3}),
    ]:
        assert found(engine, "helmet", filters=Filters(**given)) == expected, given


def test_sorting_and_paging_are_stable(engine):
    engine.apply([post(number, "helmet", at=number) for number in range(1, 60)])
    newest = engine.search(Ask(parse("helmet").node, sort="new", size=5), BOARDS)
    assert [hit.id for hit in newest.hits] == [59, 58, 57, 56, 55]
    pages = [engine.search(Ask(parse("helmet").node, page=page), BOARDS).hits for page in (1, 2, 3, 4)]
    assert sorted(hit.id for page in pages for hit in page) == list(range(1, 60))


def test_a_second_reader_sees_what_the_first_wrote(engine, open_engine):
    other = open_engine()
    assert found(other, "helmet") == set()
    engine.apply([post(1, "helmet")])
    assert found(other, "helmet") == {1}


def test_what_is_written_during_a_rebuild_is_in_the_new_index(engine):
    rows = {1: post(1, "helmet"), 2: post(2, "helmet")}

    def reading():
        yield rows[1]
        rows[1], rows[3] = post(1, "visor"), post(3, "helmet")
        engine.apply([rows[1], rows[3]], [key_of(Kind.POST, 2)])
        yield rows.pop(2)

    engine.rebuild(reading(), lambda keys: iter([row for row in rows.values() if row.key in keys]))

    assert (found(engine, "helmet"), found(engine, "visor"), engine.count()) == ({3}, {1}, 2)


def test_a_rebuild_left_halfway_changes_nothing(engine):
    engine.apply([post(1, "helmet")])

    def failing():
        yield post(2, "helmet")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        engine.rebuild(failing(), lambda keys: iter(()))
    assert found(engine, "helmet") == {1}


def test_without_an_index_it_says_so(open_engine):
    engine = open_engine()
    engine.apply([post(1, "helmet")])
    assert engine.trouble()
    for ask in (engine.count, lambda: engine.search(Ask(), BOARDS), lambda: engine.versions(Kind.POST)):
        with pytest.raises(Unavailable):
            ask()


def test_an_index_that_was_given_up_comes_back_with_the_rebuild(engine, open_engine):
    engine.apply([post(1, "helmet")])
    engine.forget()
    assert open_engine().trouble()
    assert engine.rebuild([post(2, "helmet")], lambda keys: iter(())) == 1
    assert (found(engine, "helmet"), open_engine().trouble(), engine.inspect()) == ({2}, "", "")


def test_a_second_rebuild_at_once_is_refused(engine, open_engine):
    def reading():
        with pytest.raises(Busy):
            open_engine().rebuild([], lambda keys: iter(()))
        yield post(1, "helmet")

    assert engine.rebuild(reading(), lambda keys: iter(())) == 1


def test_threads_of_a_kind_openings_and_tags_narrow(engine):
    engine.apply(
        [
            post(1, "helmet", thread_kind="question", is_opening=True, tags=("Full Face", "减肥")),
            post(2, "helmet", thread_kind="question"),
            post(3, "helmet", thread_kind="wish", is_opening=True, tags=("full face",)),
            Document(Kind.PRODUCT, 4, 1, 7, "helmet", price=100),
        ]
    )
    for given, expected in [
        ({"thread_kinds": frozenset(["question"])}, {1, 2}),
        ({"thread_kinds": frozenset(["question", "wish"]), "openings": True}, {1, 3}),
        ({"tags": frozenset(["full face"])}, {1, 3}),
        ({"tags": frozenset(["FULL face", "減肥"])}, {1}),
        ({"tags": frozenset(["full"])}, set()),
    ]:
        assert found(engine, "helmet", filters=Filters(**given)) == expected, given


def test_counts_stand_beside_the_results(engine):
    engine.apply([post(number, "helmet", thread_kind="wish", board_id=number) for number in (1, 2)])
    engine.apply([Document(Kind.PRODUCT, number, 2, 7, "helmet", price=number * 100) for number in range(1, 6)])
    ask = Ask(parse("helmet").node, Filters(kinds=frozenset([Kind.PRODUCT])), price_steps=(200, 300, 1_000))
    narrowed = engine.search(ask, BOARDS)
    assert (narrowed.total, narrowed.boards, narrowed.thread_kinds, narrowed.prices) == (5, {2: 5}, {}, (1, 3, 0))
    assert (narrowed.kinds[Kind.POST], narrowed.kinds[Kind.PRODUCT]) == (2, 5)
    everything = engine.search(Ask(price_steps=(0,)), frozenset([1]))
    assert (everything.total, everything.thread_kinds, everything.prices) == (1, {"wish": 1}, (0,))


def test_the_parts_where_people_wish_offer_and_decline_are_searched_apart(engine):
    engine.apply(
        [post(1, "helmet", wants="a helmet"), post(2, "helmet", sells="helmet"), post(3, "helmet", declines="helmet")]
    )
    for within, expected in ((Within.WANTS, {1}), (Within.SELLS, {2}), (Within.DECLINES, {3}), (Within.TITLE, set())):
        assert found(engine, "helmet", within=within) == expected
        assert found(engine, "helmet", within=within, sort="new") == expected


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_any_characters_cut_from_a_chinese_text_find_it_and_nothing_else(engine, length):
    rng = random.Random(length)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 120)] + list("減肥头盔，。a1 \n")
    texts = ["".join(rng.choices(signs, k=rng.randrange(5, 60))) for _ in range(400)]
    engine.apply([post(number, text) for number, text in enumerate(texts)])
    folded = [normalize(text) for text in texts]
    for _ in range(200):
        text = rng.choice(texts)
        place = rng.randrange(len(text) - length)
        piece = text[place : place + length]
        if not is_cjk(piece) or TOKEN.match(piece).end() < length:
            continue
        expected = {number for number, text in enumerate(folded) if normalize(piece) in text}
        assert found(engine, piece, size=500) == expected, piece
