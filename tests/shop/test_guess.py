"""What `/sell` prefills from a thread's title and opening post."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.products.guess import guess_offer
from shop.products.models import CONDITIONS


@pytest.mark.parametrize(
    ("body", "price", "currency"),
    [
        ("Asking $350 for the pair.", "350", "USD"),
        ("asking 50", "50", None),
        ("40 obo", "40", None),
        ("$1,200 or best offer", "1200", "USD"),
        ("US$ 12.50, firm", "12.50", "USD"),
        ("Make it 1.2k or best offer", "1200", None),
        ("¥99 包邮", "99", "CNY"),
        ("￥1,280 不议价", "1280", "CNY"),
        ("价格：350元", "350", "CNY"),
        ("150块，自提", "150", "CNY"),
        ("1200 RMB", "1200", "CNY"),
        ("原价 899 元，现在 300 元出", "300", "CNY"),
        ("2000入的，1500出", "1500", None),
        ("€45 for both", "45", "EUR"),
        ("It cost $400 new, asking $150.", "150", "USD"),
        ("I paid $80 last year. $30 takes it.", "30", "USD"),
        ("was $200, sell for $150", "150", "USD"),
        ("They sell for $90 in shops. Will take $40 each.", "40", "USD"),
        ("$25 plus $5 shipping", "25", "USD"),
        ("Shipping is $6. Asking $60.", "60", "USD"),
        ("$40-50, pick up only", "40", "USD"),
        ("Boots $20\nLaces $2\nAll for $21", "21", "USD"),
        ("$50 refundable deposit", None, None),
        ("A 660MB disk, 16 Mhz, 1987, call 555-0100 at 10:30", None, None),
        ("Lamp $20\nChair $35\nDesk $60\nShelf $15", None, None),
        ("Make me an offer!", None, None),
        ("> asking $300\n\nThat is too much.", None, None),
        ("$0", None, None),
        ("", None, None),
    ],
)
def test_the_price_is_what_is_asked_and_no_other_sum(body, price, currency):
    guess = guess_offer("A thing", body)

    assert (guess.price_text, guess.currency) == (price, currency)


def test_a_price_in_the_title_counts_more_than_sums_in_the_text():
    assert guess_offer("Boots, $35", "Like the $90 ones. Laces $4 more.").price_text == "35"


@pytest.mark.parametrize("title", ["WANTED: boots", "Looking for boots", "Boots wanted", "求购 靴子", "收一个相机"])
def test_whoever_wants_to_buy_offers_nothing(title):
    assert guess_offer(title, "I can pay $40.").price_text is None


@pytest.mark.parametrize(
    ("title", "tidy"),
    [
        ("FS: Hiking boots", "Hiking boots"),
        ("FOR SALE: Hiking boots", "Hiking boots"),
        ("*** Hiking boots for sale!!! ***", "Hiking boots"),
        ("Hiking boots forsale ($40 obo)", "Hiking boots"),
        ("WTS Hiking boots - $40 shipped", "Hiking boots"),
        ("[FS] Hiking boots (price reduced)", "Hiking boots"),
        (">>> Hiking boots <<<", "Hiking boots"),
        ("4SALE, Hiking boots", "Hiking boots"),
        ("Hiking boots 4 sale or trade", "Hiking boots"),
        ("[出] 登山靴 300元包邮", "登山靴"),
        ("出：登山靴", "登山靴"),
        ("【转让】登山靴", "登山靴"),
        ("转让登山靴", "登山靴"),
        ("出租屋里的登山靴", "出租屋里的登山靴"),
        ("Moving sale", "Moving sale"),
        ("For sale", "For sale"),
        ("$$$", "$$$"),
    ],
)
def test_the_title_is_tidied(title, tidy):
    assert guess_offer(title, "").title == tidy


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        ("Brand new in box.", "new"),
        ("still in shrink wrap", "new"),
        ("全新未拆封", "new"),
        ("Like new condition", "like_new"),
        ("used twice", "like_new"),
        ("九成新", "like_new"),
        ("几乎全新", "like_new"),
        ("Used for a year, works great.", "good"),
        ("二手，正常使用", "good"),
        ("in fair condition", "fair"),
        ("六成新", "fair"),
        ("Does not work, for parts.", "parts"),
        ("If you are still interested, write to me.", None),
    ],
)
def test_the_condition_is_one_that_products_know(body, condition):
    assert guess_offer("Boots", body).condition == condition
    assert condition is None or condition in CONDITIONS


@pytest.mark.parametrize(
    ("body", "delivery"),
    [("$40, shipping included", "included"), ("包邮", "included"), ("不包邮", "extra"), ("$40 plus shipping", "extra"),
     ("Pick up only", "pick_up"), ("只限自提", "pick_up"), ("Boots", None)],
)  # fmt: skip
def test_the_way_of_delivery_is_read(body, delivery):
    assert guess_offer("Boots", body).delivery == delivery


@given(st.text(max_size=200), st.text(st.sampled_from(list("$¥元 0123456789.,k obo asking\n-")), max_size=200))
def test_no_text_is_too_odd(title, body):
    guess = guess_offer(title, body)

    assert guess.price_text is None or float(guess.price_text) > 0
