"""The main things without a mouse: Tab, Enter, Space, Ctrl-Enter and Escape, with the focus always in sight."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_journeys import sell, top_up, write_thread

IN_SIGHT = """() => {
  const each = document.activeElement, style = getComputedStyle(each);
  const box = each.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const marked = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
    || each.closest('.searchbox__form, .composer__box, .choice') !== null;
  return { what: each.outerHTML.slice(0, 160), body: each === document.body, marked,
           covered: Boolean(top?.closest('.dock, .top')) && !each.closest('.dock, .top, .skip') };
}"""


def active(page):
    return page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def tab_to(page, selector, patience=80):
    for _ in range(patience):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never came to {selector}; now at {active(page)}")


def walk(page, steps):
    for _ in range(steps):
        page.keyboard.press("Tab")
        seen = page.evaluate(IN_SIGHT)
        if seen["body"]:
            return
        assert seen["marked"], seen
        assert not seen["covered"], seen


def test_the_first_stop_skips_to_the_content(signed_in):
    page = signed_in("Marta")
    page.goto("/b/workshop")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_focus_is_always_in_sight(signed_in):
    page = signed_in("Marta", viewport={"width": 390, "height": 700}, reduced_motion="reduce")
    for path in ("/b/workshop", "/b/workshop/new", "/settings", "/wallet/top-up", "/searches", "/shop/answers"):
        page.goto(path)
        walk(page, 40)


def test_a_menu_opens_and_closes_by_keys(signed_in):
    page = signed_in("Marta")
    page.goto("/boards")
    tab_to(page, ".top details.menu summary")
    page.keyboard.press("Enter")
    menu = page.locator(".top details.menu")
    expect(menu.locator(".menu__item").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    expect(menu.locator(".menu__item").first).to_be_hidden()

    page.keyboard.press("Space")
    expect(menu.locator(".menu__item").first).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(menu.locator(".menu__item").first).to_be_hidden()


def test_a_thread_is_started_answered_and_previewed_by_keys(signed_in):
    page = signed_in("Tomas")
    page.goto("/b/workshop/new")
    tab_to(page, "[name=title]")
    page.keyboard.type("Written without a mouse")
    tab_to(page, "[name=kind]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "textarea[name=body]")
    page.keyboard.type("Keys only.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/t/\d+"))

    tab_to(page, "#reply [data-tab=preview]")
    page.keyboard.press("Tab")
    tab_to(page, "#reply textarea")
    page.keyboard.type("An **answer**.")
    while not page.evaluate("document.activeElement.matches('[data-tab=preview]')"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".composer__preview strong")).to_have_text("answer")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#reply textarea")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#post-2")).to_contain_text("An answer.")
    expect(page.locator("#reply textarea")).to_be_focused()
    expect(page.locator("#reply textarea")).to_have_value("")


def test_the_cart_opens_beside_the_page_and_gives_the_focus_back(signed_in):
    page = signed_in("Odette")
    page.goto("/b/workshop?sort=for-sale")
    page.locator(".thread-row__title a:has-text('spoons')").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/t/\d+"))
    tab_to(page, ".offer__form button[data-drawer]")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer .cart-line")).to_be_visible()
    assert page.evaluate("document.querySelector('#drawer').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('[data-drawer]')"), active(page)


def test_something_is_bought_by_keys(signed_in):
    seller, page = signed_in("Marta"), signed_in("Odette")
    thread = write_thread(seller, "workshop", "FS: a birch scoop, $9", "A scoop, $9, shipping included.", "sale")
    seller.goto(f"/t/{thread}/sell")
    tab_to(seller, ".form__actions button")
    seller.keyboard.press("Enter")
    seller.wait_for_url(re.compile(rf"/t/{thread}(/|$)"))

    top_up(page, "50")
    page.goto(f"/t/{thread}")
    tab_to(page, ".offer__form .button--buy")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/checkout"))
    tab_to(page, "[name=address]")
    page.keyboard.type("1 Pier Road")
    tab_to(page, "[name=method]")
    page.keyboard.press("Space")
    tab_to(page, "form[action='/checkout'] .button--buy")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/orders/\w+"))
    expect(page.locator("main")).to_contain_text("birch scoop")


def test_a_folded_quote_opens_when_it_has_the_focus(signed_in):
    page = signed_in("Tomas")
    deep = "\n".join(f"> > > Line {number} of what was said long ago.  " for number in range(12))
    write_thread(page, "workshop", "Quotes of quotes", f"{deep}\n\nYes.")
    quote = page.locator("#post-1 blockquote blockquote blockquote")
    folded = quote.evaluate("each => each.clientHeight")
    tab_to(page, "#post-1 blockquote blockquote blockquote")
    assert quote.evaluate("each => each.clientHeight") > 2 * folded


@pytest.fixture
def bargain(signed_in):
    """Marta's page and Odette's, in one conversation, with an offer that Marta made by keys."""
    seller, buyer = signed_in("Marta"), signed_in("Odette", reduced_motion="reduce")
    sell(seller, write_thread(seller, "workshop", "Two spoon blanks", "Birch, split by hand."), "9")
    buyer.goto("/messages/new?to=Marta")
    tab_to(buyer, "[name=body]")
    buyer.keyboard.type("Two spoons?")
    buyer.keyboard.press("Control+Enter")
    buyer.wait_for_url(re.compile(r"/messages/\d+"))
    seller.goto(talk_of(buyer) + "/offers/new?product=0")  # the list, whatever was talked of before
    blanks = seller.locator("#offer-tools .item a", has_text="Two spoon blanks").get_attribute("href")
    tab_to(seller, f"#offer-tools a[href='{blanks}']")
    seller.keyboard.press("Enter")
    expect(seller.locator("#offer-tools [name=price]")).to_be_visible()
    tab_to(seller, "#offer-tools button")
    seller.keyboard.press("Enter")
    expect(seller.locator("#offer-tools [name=price]")).to_have_count(0)
    return seller, buyer


def talk_of(page):
    return re.search(r"/messages/\d+", page.url).group()


def test_an_offer_is_answered_with_another_and_agreed_to_by_keys(bargain):
    """What opens in place of a button takes the focus, so that the next Tab goes on from there."""
    seller, buyer = bargain
    expect(buyer.locator("#talk .private-offer")).to_be_visible()  # it comes by itself
    tab_to(buyer, ".private-offer .buttons a:not(.button--buy)")
    buyer.keyboard.press("Enter")
    expect(buyer.locator(".private-offer summary")).to_be_visible()
    tab_to(buyer, ".private-offer summary", 12)
    buyer.keyboard.press("Enter")
    tab_to(buyer, "[action$='/counter'] [name=price]", 2)
    buyer.keyboard.type("5")
    buyer.keyboard.press("Enter")
    expect(buyer.locator("#talk .private-offer")).to_have_count(2)

    seller.goto(talk_of(buyer))
    tab_to(seller, ".private-offer .buttons a")
    seller.keyboard.press("Enter")
    expect(seller.locator("[action$='/accept'] button")).to_be_visible()
    tab_to(seller, "[action$='/accept'] button", 4)
    seller.keyboard.press("Enter")
    expect(buyer.locator("#talk .private-offer")).to_have_count(3)
