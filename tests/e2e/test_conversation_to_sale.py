"""From a topic to a person, from the person to a conversation, and there to a thing bought and received."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e.test_journeys import join, top_up

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCALE = "厨房电子秤 0.1 克"
ADDRESS = "海边路 1 号\n海滨镇"


@pytest.fixture
def newcomer(visit, site):
    """`newcomer(money, **context)`: who has just joined, with so much in the wallet; their page and their name."""

    def open_page(money="", **context):
        page, name = visit(**context), f"mei{secrets.token_hex(4)}"
        join(page, site, name)
        if money:
            top_up(page, money)
        return page, name

    return open_page


@pytest.fixture(autouse=True)
def indexed(site, visit):
    """The worker of a site that has just been started has made its index."""
    page = visit()
    for _ in range(300):
        page.goto("/search?q=减肥")
        if page.locator(".tabs__tab").count():
            return
        page.wait_for_timeout(200)
    raise AssertionError("the search is not there")


def find_the_person(page):
    """The topic typed into the search of the page; posts and people are there at once, the reasons one step later."""
    page.goto("/")
    if page.locator(".tool--search").is_visible():
        page.click(".tool--search")
    asked = page.locator(".searchbox [name=q]").locator("visible=true").last
    asked.fill("减肥")
    asked.press("Enter")
    expect(page.locator(".hit mark").first).to_have_text("减肥")
    expect(page.locator(".search-person", has_text="苏苏")).to_be_visible()
    page.locator(".tabs__tab[href*='in=people']").click()
    person = page.locator(".member-card", has=page.locator(".member-card__name", has_text="苏苏"))
    expect(person.locator(".search-evidence")).to_have_count(3)
    expect(person.locator(".search-thing", has_text=SCALE)).to_be_visible()
    return person


def write_to(page, person, words):
    person.locator("a[href*='/messages/new']").click()
    expect(page.locator("main .about")).to_contain_text("减肥")
    page.fill("main [name=body]", words)
    page.click("main form:has([name=body]) .button--primary")
    page.wait_for_url(re.compile(r"/messages/\d+"))
    expect(page.locator("#talk")).to_contain_text(words)
    return re.search(r"/messages/\d+", page.url).group()


def offer_from(page, price, quantity):
    """A price for whom one talks with, by the button in the conversation."""
    page.click("#offer-tools a[href$='/offers/new']")
    page.locator("#offer-tools a", has_text=SCALE).click()
    page.fill("#offer-tools [name=price]", price)
    page.fill("#offer-tools [name=quantity]", quantity)
    page.click("#offer-tools .form__actions .button--primary")


def counter_from(page, price):
    newest = page.locator("#talk .private-offer").last
    newest.locator(".buttons a:not(.button--buy)").click()
    answer = page.locator(".private-offer:has([action$='/counter'])").last
    answer.locator("details:has([action$='/counter']) summary").click()
    answer.locator("[action$='/counter'] [name=price]").fill(price)
    answer.locator("[action$='/counter'] .button--primary").click()


def agree_to(page):
    page.locator("#talk .private-offer").last.locator(".buttons a").click()
    page.locator(".private-offer form[action$='/accept'] button").click()


def pay_for(page):
    page.locator("#talk .private-offer").last.locator("a.button--buy").click()
    fill_in_and_pay(page)


def fill_in_and_pay(page):
    form = page.locator("form[action$='/accept']")
    form.locator("[name=address]").fill(ADDRESS)
    form.locator("[name=method][value=wallet]").check(force=True)
    form.locator("button.button--buy").click()


def fill_the_wallet(page):
    """Nothing was bought: the sentence that says so leads over the wallet, filled in with what is missing, and back."""
    page.click(".notice--error a[href^='/wallet/top-up']")
    expect(page.locator("[name=amount]")).to_have_value("10.50")
    page.click("form[action^='/wallet/top-up'] button")
    page.wait_for_url(re.compile(r"/offers/\d+"))


def send_and_receive(buyer, seller):
    """Both find the order from the conversation; its address."""
    seller.locator("#talk a[href^='/orders/']").last.click()
    expect(seller.locator("body")).to_contain_text("海边路 1 号")
    seller.fill("[name=tracking]", "SF 1234")
    seller.click("form[action$='/ship'] button")
    buyer.locator("#talk a[href^='/orders/']").last.click()
    expect(buyer.locator("body")).to_contain_text("SF 1234")
    buyer.click("form[action$='/receive'] button")
    expect(buyer.locator("form[action$='/receive']")).to_have_count(0)


def left_of(page):
    """How many of the thing its public page says are left, and the address of that page."""
    page.goto(f"/search?q={SCALE}&in=products")
    page.locator("main a[href^='/p/']").first.click()
    return int(re.search(r"\d+", page.locator(".offer__stock").first.inner_text()).group())


def earned(seller):
    """What came of conversations that began with this search."""
    seller.goto("/shop/conversations")
    row = seller.locator(".funnel tr", has_text="减肥")
    return float(re.search(r"US\$(\S+)", row.inner_text()).group(1))


def check_books(site):
    for proof in ("ledger", "stock"):
        site.run(proof, "verify")
    for patience in (3, 2, 1, 0):
        try:
            return site.run("search", "verify")
        except AssertionError:  # the worker is still at what was written just now
            if not patience:
                raise
    return None


def bargain(buyer, seller, price):
    """In both open pages, which nobody loads anew: each sees what the other does."""
    counter_from(buyer, price)
    expect(seller.locator("#talk .private-offer").last).to_contain_text(f"US${price}.00")
    agree_to(seller)
    expect(buyer.locator("#talk .private-offer")).to_have_count(3)
    pay_for(buyer)
    expect(buyer.locator("#talk a[href^='/orders/']").last).to_be_visible()
    expect(seller.locator("#talk a[href^='/orders/']").last).to_be_visible()


def test_from_a_topic_to_a_received_parcel_in_chinese_on_a_phone(newcomer, signed_in, site):
    buyer, name = newcomer("100", locale="zh-CN", **PHONE)
    before = left_of(buyer)
    talk = write_to(buyer, find_the_person(buyer), "你好苏苏，想开始减肥，厨房秤有便宜一点的吗？")

    seller = signed_in("苏苏", locale="zh-CN", **PHONE)
    earned_before = earned(seller)
    seller.goto("/messages/requests")
    seller.locator(".item", has_text=name).locator("a").first.click()
    expect(seller.locator("#talk .about")).to_contain_text("减肥")
    offer_from(seller, "13", "2")
    expect(seller.locator("#talk-request")).to_be_empty()
    expect(buyer.locator("#talk .private-offer")).to_contain_text("US$13.00")

    bargain(buyer, seller, "11")
    assert talk in buyer.url
    assert talk in seller.url
    send_and_receive(buyer, seller)
    assert left_of(buyer) == before - 2
    buyer.goto("/wallet")
    expect(buyer.locator("main")).to_contain_text("US$78.00")
    assert earned(seller) == earned_before + 22
    check_books(site)


def test_from_a_topic_to_a_received_parcel_without_javascript(newcomer, signed_in, site):
    """The same by plain pages, with an empty wallet: nobody's page changes by itself, so each is loaded anew."""
    buyer, name = newcomer(java_script_enabled=False)
    before = left_of(buyer)
    talk = write_to(buyer, find_the_person(buyer), "Hello! Is there a scale for beginners?")
    seller = signed_in("苏苏", java_script_enabled=False)
    seller.goto("/messages/requests")
    seller.locator(".item", has_text=name).locator("a").first.click()
    offer_from(seller, "12", "1")
    seller.wait_for_url(re.compile(talk))

    buyer.goto(talk)
    counter_from(buyer, "10,50")
    buyer.wait_for_url(re.compile(talk))
    seller.goto(talk)
    agree_to(seller)
    seller.wait_for_url(re.compile(talk))
    buyer.goto(talk)
    pay_for(buyer)
    fill_the_wallet(buyer)
    fill_in_and_pay(buyer)
    buyer.wait_for_url(re.compile(talk))
    seller.goto(talk)
    send_and_receive(buyer, seller)
    assert left_of(buyer) == before - 1
    check_books(site)
