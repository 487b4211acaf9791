"""Names that look alike, and names that nobody may take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from forum.members.names import check_username, is_reserved, name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("paul", "pauI"), ("paul", "pau1"), ("bob", "b0b"), ("modern", "modem"), ("Ian", "lan"), ("jose", "José"),
        ("anna", "\u0430nna"),
        ("anna", "ａnna"), ("a-b", "a_b"), ("a.b", "a-b"), ("wave", "vvave"),
        ("工业", "エ业"), ("口", "ロ"), ("ﬁne", "fine"),
    ],
)  # fmt: skip
def test_names_that_look_alike_have_one_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna", "anne"),
        ("paul", "pauli"),
        ("小明", "小朋"),
        ("东", "東"),
        ("ab", "a-b"),
        ("は", "ば"),
        ("user1", "user2"),
    ],
)
def test_names_that_differ_have_different_keys(one, other):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMIN",
        "Adm1n",
        "ad.min",
        "a-d-m-i-n",
        "admin7",
        "MODERATOR",
        "rnoderator",
        "system",
        "everyone",
        "api",
        "support",
        "客服",
        "官方",
    ],
)
def test_the_sites_own_voices_are_reserved(name):
    assert is_reserved(name)


@pytest.mark.parametrize(
    "name", ["marina", "admiral", "mila", "user1", "seller7", "member12", "modesty", "rootbeer", "supporter", "小明"]
)
def test_ordinary_names_are_not_reserved(name):
    assert not is_reserved(name)


@given(st.text(max_size=40))
def test_any_text_is_either_a_tidy_name_or_refused_in_words(app, typed):
    with app.test_request_context():
        name, problem = checked(typed)
    if problem is not None:
        assert str(problem)
        assert problem.field == "username"
        return
    assert 2 <= len(name) <= 30
    assert name.isprintable()
    assert not set(name) & set(" /\\<>@#?%&'\"")
    assert name_key(name)


def checked(typed):
    try:
        return check_username(typed), None
    except Invalid as problem:
        return None, problem
