"""Messages to conversations."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forum.imports.threading import conversations

START = datetime(1993, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Letter:
    key: str
    references: tuple[str, ...] = ()
    topic: str = ""
    is_reply: bool = False
    day: int = 0

    @property
    def written_at(self) -> datetime:
        return START + timedelta(days=self.day)


def keys(letters):
    return [[letter.key for letter in found.messages] for found in conversations(letters)]


def test_answers_join_what_they_refer_to():
    letters = [Letter("c", ("a", "b"), day=2), Letter("a"), Letter("x", day=5), Letter("b", ("a",), day=1)]

    (first, second) = conversations(letters)

    assert [letter.key for letter in first.messages] == ["a", "b", "c"]
    assert first.answers == [None, 0, 1]
    assert [letter.key for letter in second.messages] == ["x"]


def test_answers_whose_opening_is_missing_stay_together():
    letters = [Letter("b", ("a",), day=1), Letter("c", ("a", "b"), day=3), Letter("d", ("a",), day=2)]

    assert keys(letters) == [["b", "d", "c"]]


def test_a_reply_without_references_joins_by_its_subject():
    answer = Letter("b", topic="boots", is_reply=True, day=3)
    letters = [Letter("a", topic="boots"), answer, Letter("c", topic="socks", day=1)]

    assert keys(letters) == [["a", "b"], ["c"]]


def test_two_openings_with_the_same_subject_stay_two_threads():
    answer = Letter("r", topic="for sale", is_reply=True, day=4)
    letters = [Letter("a", topic="for sale"), Letter("b", topic="for sale", day=3), answer]

    assert keys(letters) == [["a"], ["b", "r"]]


def test_letters_without_a_subject_are_not_one_conversation():
    assert keys([Letter("a", is_reply=True), Letter("b", is_reply=True, day=1)]) == [["a"], ["b"]]


def test_an_answer_never_comes_before_what_it_answers_whatever_the_clocks_said():
    letters = [Letter("late clock", day=9), Letter("answer", ("late clock",), day=1)]

    assert keys(letters) == [["late clock", "answer"]]


def test_circles_are_cut():
    letters = [Letter("a", ("b",)), Letter("b", ("c",), day=1), Letter("c", ("a",), day=2), Letter("d", ("d",), day=3)]

    assert sorted(key for thread in keys(letters) for key in thread) == ["a", "b", "c", "d"]


def test_the_same_letter_twice_counts_once():
    assert keys([Letter("a"), Letter("a")]) == [["a"]]


def test_a_chain_of_three_thousand_answers_is_one_thread():
    letters = [Letter(str(n), (str(n - 1),) if n else (), day=n // 100) for n in range(3_000)]

    assert len(conversations(letters)) == 1


names = st.sampled_from("abcdefgh")


@given(
    st.lists(
        st.builds(Letter, names, st.lists(names, max_size=4).map(tuple), st.sampled_from(["", "x", "y"]), st.booleans(),
                  st.integers(0, 5)), max_size=12)
)  # fmt: skip
def test_whatever_refers_to_whatever_each_letter_is_in_exactly_one_thread(letters):
    found = conversations(letters)

    assert sorted(letter.key for thread in found for letter in thread.messages) == sorted({one.key for one in letters})
    for thread in found:
        assert thread.answers[0] is None
        assert all(answered is None or answered < place for place, answered in enumerate(thread.answers))
