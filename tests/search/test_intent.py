"""What is a wish, an offer, a refusal, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import intent

WISHES = """
求购：头盔，手套
想买一顶头盔，预算五百
收头盔一个，成色好就行
【收】头盔 同城优先
長期收頭盔
有人出头盔吗？
谁有闲置头盔出
打算入手头盔，求推荐
求推荐头盔
头盔求推
有没有便宜的头盔推荐
五百块能买什么头盔
考虑换个头盔
WTB: helmet, size M
Looking for a used helmet in black
ISO helmet
Wanted: helmet
helmet wanted
Anyone selling a helmet?
I want to buy a good helmet
I'm in the market for a helmet
[WTB] helmet
I'd like to buy a helmet, not too old
""".strip().splitlines()

OFFERS = """
出一顶头盔，只戴过两次
转让头盔，包邮
头盔一顶，转让
出售：头盔、手套
闲置头盔低价出
【出】头盔 95新
我想卖头盔
出售頭盔
WTS helmet
FS: helmet, asking $40
Helmet for sale
Shoei helmet, size M, for sale
I'm selling my helmet
Selling a helmet, barely used
helmet up for grabs
I want to sell my helmet
""".strip().splitlines()

REFUSALS = """
我不想买头盔
头盔不要
别买头盔
不收头盔，收手套
头盔不出，勿问
这个头盔非卖
I don't want a helmet
My helmet is not for sale
I am not looking for a helmet
I would never buy a helmet unseen
""".strip().splitlines()

NEITHER = """
戴上头盔出门
头盔出现了问题
头盔收到了吗？
我把这个帖子收藏了，头盔写得好
头盔拿出来晒晒太阳
I sold my helmet years ago and never missed it
Helmets are sold in every supermarket
He is looking for a helmet
他想买头盔
当初想买头盔的时候问过店里
想买头盔的话，先去店里试
If you are looking for a helmet, try it on first
Looking for advice on helmet sizes
求助：头盔怎么清洗
求推荐头盔的保养教程
即便是想买头盔，也先租一个试试
学校要求，必须戴头盔
I always wanted to ride with that helmet
ISO 400 film behind the helmet
The selling point of this helmet is its weight
Is this helmet still for sale?
Is the helmet sold?
转发：头盔新国标
""".strip().splitlines()


def about(said, part):
    return any(word in getattr(said, part).lower() for word in ("helmet", "头盔", "頭盔"))


def parts(said):
    return [part for part in said._fields if about(said, part)]


@pytest.mark.parametrize(("written", "part"), [
    *((text, "wants") for text in WISHES),
    *((text, "sells") for text in OFFERS),
    *((text, "declines") for text in REFUSALS),
])  # fmt: skip
def test_a_marker_says_what_the_thing_is_to_the_author(written, part):
    assert parts(intent.read("", written)) == [part]


@pytest.mark.parametrize("written", NEITHER)
def test_stories_questions_and_other_people_are_neither(written):
    assert parts(intent.read("", written)) == []


@pytest.mark.parametrize(
    ("written", "wants", "sells"),
    [
        ("求购手套，但是头盔不要", False, False),
        ("收手套。出头盔", False, True),
        ("Selling gloves because I bought a helmet", False, False),
        ("Looking for gloves. I love my helmet", False, False),
        ("求购：\n头盔\n手套", True, False),
        ("WTB:\nhelmet\ngloves", True, False),
        ("I'm looking for a\nhelmet in a large size", True, False),
        ("Selling my helmet. SOLD", False, False),
        ("出头盔。已出，谢谢", False, False),
        ("WTB helmet. Edit: found one", False, False),
        ("出手套一副。已出。求购头盔", True, False),
    ],
)
def test_an_aim_reaches_as_far_as_its_sentence(written, wants, sells):
    said = intent.read("", written)
    assert (about(said, "wants"), about(said, "sells")) == (wants, sells)


def test_one_thing_of_several_can_be_gone():
    said = intent.read("", "出头盔一顶、手套一副。头盔已出")
    assert "手套" in said.sells
    assert "头盔已出" in said.declines


def test_the_title_speaks_for_the_opening():
    assert about(intent.read("WTB: something for my head", "A helmet in black."), "wants")
    assert about(intent.read("转让", "头盔一顶。九成新"), "sells")
    assert not parts(intent.read("[SOLD] Selling", "A helmet in black."))
    assert not parts(intent.read("Weather", "A helmet in black."))


def test_the_kind_of_a_thread_speaks_for_its_opening():
    assert parts(intent.read("Helmet", "Size M.", "wish")) == ["wants"]
    assert parts(intent.read("Helmet", "Size M.", "sale")) == ["sells"]
    assert parts(intent.read("Helmet", "Size M.", "question")) == []
    assert parts(intent.read("Helmet", "Size M.", "sale", frozenset(["sells"]))) == []


def test_later_remarks_end_it_and_open_it_again():
    assert intent.ended(["thanks for the questions", "Sold!"]) == {"sells"}
    assert intent.ended(["已收到，谢谢"]) == {"wants"}
    assert intent.ended(["sold", "buyer never paid, available again"]) == frozenset()
    assert intent.ended(["Is it sold?", "nice helmet"]) == frozenset()


@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from(["", "wish", "sale", "talk"]))
def test_every_text_has_an_answer(text, title, kind):
    said = intent.read(title, text, kind)
    written = "".join((title + text).split())
    assert all("".join(line.split()) in written for part in said for line in part.splitlines())
