"""The same terms as PostgreSQL's vectors: positions folded and limited, frequencies read from ranks."""

import numpy
from hypothesis import given
from hypothesis import strategies as some

from search import postgres_vectors as vectors
from search.nodes import Anything, Both, Either, Most, Phrase, Prefix, Word
from search.postgres_vectors import FOLD, MOST_PLACES, SEAM, SQUARES, frequencies
from search.postgres_words import is_one_edit
from search.schema import Document, Kind


def document(text, **given):
    return Document(**{"kind": Kind.POST, "id": 1, "board_id": 1, "author_id": 1, "text": text, **given})


def test_title_text_and_quotes_lie_apart_in_one_vector():
    found, length = vectors.words(document("a visor", title="Helmets", quoted="visor"))
    assert {lexeme for lexeme in found.split() if vectors.MARK not in lexeme} == {
        "'helmets':1A", "'~helmet':1A", "'a':10B", "'visor':11B,20D"
    }  # fmt: skip
    assert length == 3


def test_words_of_titles_and_words_that_stand_out_are_marked():
    found, _ = vectors.words(document(f"visor {'many other words ' * 60}", title="Helmets"))
    marked = {lexeme.strip("'") for lexeme in found.split() if vectors.MARK in lexeme}
    assert {"^@helmets", "^@~helmet"} <= marked
    assert {mark[2:] for mark in marked} == {"helmets", "~helmet", "many", "other", "words", "~mani", "~word"}
    assert vectors.standing_out(Word("helmets", ("~helmet",)), 1) == "'^Bhelmets' | '^B~helmet'"
    assert vectors.standing_out(Prefix("vis"), 2) == "'^Cvis':*"
    assert vectors.standing_out(Both((), (Word("helmet"),)), 1) == ""


def test_lexemes_are_quoted_whatever_they_hold():
    assert vectors.quoted("a'b\\c") == "'a''b\\\\c'"
    assert vectors.tags(("Full Face", "a\0b", " ", "\ud800")) == ["?", "a b", "full face"]


def test_long_documents_are_laid_over_themselves():
    found, length = vectors.words(document("a " * (FOLD + 10) + "helmet visor"))
    assert length == FOLD + 12
    assert f"'helmet':11B,{FOLD + 11}B" in found
    places = found.split("'a':")[1].split(" ")[0].split(",")
    assert len(places) == MOST_PLACES
    assert FOLD + SEAM < 16_384


def test_a_question_is_said_in_one_query_where_that_can_be():
    word, phrase = Word("helmets", ("helmet",)), Phrase(((0, "full"), (1, "face"), (3, "红色")))
    assert vectors.query(word, "AB") == "('helmets':AB | 'helmet':AB)"
    assert vectors.query(word, "A") == "('^@helmets' | '^@helmet')"
    assert vectors.query(phrase, "A") == "('^@full' & '^@face' & '^@红色' & ('full':A <1> 'face':A <2> '红色':A))"
    assert vectors.query(phrase) == "('full' <1> 'face' <2> '红色')"
    assert vectors.query(Both((word,), (Prefix("vis"),))) == "(('helmets' | 'helmet') & !'vis':*)"
    assert vectors.query(Both((), (word,))) is None
    assert vectors.query(Either((word, Most(("红色",), 1)))) is None
    assert vectors.query(Anything()) is None


@given(some.lists(some.integers(0, 16), min_size=1, max_size=3))
def test_how_often_is_read_from_the_rank(counts):
    rank = numpy.float32(sum(sum(1 / n**2 for n in range(1, count + 1)) for count in counts) / len(counts) / SQUARES)
    found = frequencies(numpy.array([rank], numpy.float32), len(counts))[0]
    assert (found > 0) == any(counts)
    assert abs(found - sum(counts)) <= max(1, sum(counts) // 4) or len(counts) == 3


@given(some.integers(0, 255))
def test_of_one_word_it_is_exact(count):
    rank = numpy.float32(sum(1 / n**2 for n in range(1, count + 1)) / SQUARES)
    assert frequencies(numpy.array([rank], numpy.float32), 1)[0] == count


def test_one_edit():
    for other in ("helmt", "hellmet", "halmet", "ehlmet", "elmet", "helmets", "helmte", "xhelmet"):
        assert is_one_edit("helmet", other), other
    for other in ("helmet", "hlemte", "helm", "helmetss", "hxlmxt"):
        assert not is_one_edit("helmet", other), other
