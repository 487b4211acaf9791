"""axe on the pages people meet, by day and by night: nothing serious or critical, and no page wider than a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import demo_password

PAGES = {
    "": (
        "/",
        "/boards",
        "/b/workshop",
        "/b/vintage-audio",
        "/login",
        "/join",
        "/reset",
        "/search",
        "/search?q=spoon",
        "/search?q=spoon&in=people",
        "/search?q=spoon&in=products",
        "/search?q=zzzqqx",
        "/nothing-here",
        "/m/Marta",
    ),
    "Marta": (
        "/",
        "/b/workshop/new",
        "/b/workshop/people",
        "/b/workshop/settings",
        "/b/workshop/invitations",
        "/b/workshop/record",
        "/boards/new",
        "/moderation",
        "/notices",
        "/messages",
        "/messages/new?to=Pell",
        "/messages/requests",
        "/messages?q=spoon",
        "/searches",
        "/saved",
        "/demand",
        "/shop/conversations",
        "/shop/conversations?by=product",
        "/shop/answers",
        "/settings/telling",
        "/orders?side=sold",
        "/cart",
        "/wallet",
        "/wallet/top-up",
        "/wallet/withdraw",
        "/settings",
        "/settings/account",
        "/settings/messages",
    ),
    "Ravi": ("/b/vintage-audio/applications",),
    "Keeper": ("/admin", "/admin/members", "/admin/books"),
}
GRAVE = ("serious", "critical")
CONTRAST = {"runOnly": ["color-contrast"]}


def grave(page, **options):
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in GRAVE]


def check(page, path):
    """By day every rule; by night only what colours can break."""
    page.emulate_media(color_scheme="light")
    page.goto(path)
    by_day = grave(page)
    page.emulate_media(color_scheme="dark")
    page.goto(path)
    by_night = grave(page, **CONTRAST)
    return [(path, *each) for each in by_day + by_night]


@pytest.fixture
def open_as(visit):
    def open_page(name, **context):
        page = visit(reduced_motion="reduce", **context)
        if name:
            page.goto("/login")
            page.fill("[name=login]", name)
            page.fill("[name=password]", demo_password())
            page.click("form[action^='/login'] button")
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    return open_page


@pytest.mark.parametrize("name", PAGES)
def test_nobody_is_kept_out_of_a_page(open_as, name):
    page = open_as(name)
    assert [problem for path in PAGES[name] for problem in check(page, path)] == []


def test_nobody_is_kept_out_of_a_thread_a_product_and_an_order(open_as):
    page = open_as("Pell", viewport={"width": 390, "height": 844})
    page.goto("/b/workshop?sort=for-sale")
    thread = page.locator(".thread-row__title a").first.get_attribute("href")
    page.goto(thread)
    product = page.locator(".offer__title a").first.get_attribute("href")
    page.goto("/orders")
    order = page.locator("main a[href^='/orders/']").first.get_attribute("href")
    page.goto("/messages")
    talk = page.locator(".item a.stretched").first.get_attribute("href")
    assert [problem for path in (thread, product, order, talk) for problem in check(page, path)] == []


def talking_pages(page):
    """What opens from others: a conversation with a private offer, both forms of one, a saved search. As Marta."""
    page.goto("/messages")
    page.locator(".item", has_text="Ravi").locator("a.stretched").click()
    offer = page.locator("#talk .private-offer .buttons a").last.get_attribute("href")
    talk = re.search(r"/messages/\d+", page.url).group()
    page.goto("/searches")
    search = page.locator("main a[href^='/searches/']").first.get_attribute("href")
    return [talk, f"{talk}/offers/new", offer, f"{talk}/report", search]


def test_nobody_is_kept_out_of_a_conversation_that_bargains(open_as):
    page = open_as("Marta", viewport={"width": 320, "height": 640})
    paths = talking_pages(page)
    assert [problem for path in paths for problem in check(page, path)] == []
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto(paths[0])
    page.locator("#talk .private-offer .buttons a").last.click()
    page.locator("#talk details:has([action$='/counter']) summary").click()
    assert grave(page) == []


def test_a_form_with_mistakes_says_them_to_everyone(open_as):
    page = open_as("Marta")
    page.goto("/wallet/withdraw")
    page.fill("[name=amount]", "1e9")
    page.fill("[name=destination]", "DE00")
    page.click("form[action='/wallet/withdraw'] button")
    field = page.locator("[name=amount]")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.inner_text("#" + field.get_attribute("aria-describedby").split()[-1])
    assert grave(page) == []


def test_no_page_is_wider_than_the_smallest_phone_for_anyone(open_as):
    for name, paths in PAGES.items():
        page = open_as(name, viewport={"width": 320, "height": 640})
        for path in paths:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, (name, path)


def test_fingers_find_what_they_tap(open_as):
    page = open_as("Marta", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    lists = ("/search?q=spoon&in=people", "/messages", "/messages/requests", "/searches", "/demand", "/shop/answers")
    lists += ("/", "/b/workshop", "/b/workshop/people", "/cart", "/wallet", "/notices", "/shop/conversations")
    for path in (*lists, *talking_pages(page)):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('main .button, .dock a, .tabs__tab, .top .tool')]
                .filter((each) => each.offsetHeight && each.offsetHeight < 40 && !each.matches('.button--link'))
                .map((each) => each.outerHTML.slice(0, 120))"""
        )
        assert small == [], path


def test_the_page_says_its_language_and_its_name(open_as):
    page = open_as("", locale="zh-CN")
    page.goto("/boards")
    assert page.get_attribute("html", "lang").startswith("zh")
    assert re.search("Boardwalk", page.title())
