"""The made-up, adversarial evaluation of people by topic (bench/people) keeps its targets, on both halves."""

import pytest

from bench.people import evaluation, made_up
from tests.search.conftest import opening


@pytest.fixture(scope="module")
def made():
    return made_up.load()


@pytest.fixture(scope="module")
def engine(request, search_engine, tmp_path_factory):
    with opening(request, search_engine, tmp_path_factory.mktemp("people")) as opened:
        yield opened()


@pytest.fixture(scope="module")
def answers(engine, made):
    return evaluation.ask_all(engine, made)


@pytest.mark.parametrize("half", made_up.HALVES)
@pytest.mark.parametrize("intent", made_up.INTENTS)
def test_the_right_people_stand_first_for_every_intent(answers, half, intent):
    found = evaluation.figures(
        answer for answer in answers if (answer.question.half, answer.question.intent) == (half, intent)
    )
    assert found.questions == 6
    assert found.precision >= 0.85
    assert found.gain >= 0.75


def test_no_trap_spoils_it(answers, made):
    for trap, found in evaluation.without_other_traps(answers, made).items():
        assert (found.precision >= 0.85, found.gain >= 0.75) == (True, True), trap


def test_people_of_boards_that_the_searcher_may_not_read_are_never_named(answers, made):
    closed = made_up.by_trap(made)["closed"]
    assert closed
    assert not any(closed.intersection(answer.ranking) for answer in answers)


def test_simpler_rankings_fall_into_the_traps(engine, answers, made):
    for rank in (evaluation.vote_sum, evaluation.decayed):
        with evaluation.ranked_by(rank):
            plain = evaluation.answers(engine, made, with_intent=False)
            assert evaluation.figures(plain).precision < 0.5
