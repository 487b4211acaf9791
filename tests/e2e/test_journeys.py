"""The main job, as people do it: join, talk, turn a thread into a product, find people, write to them, buy."""

import re
import secrets
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import demo_password
from tests.e2e.groups import group_files


def mailed_link(site, address):
    """The newest mail to this address in the data folder; its first link on this site."""
    for path in sorted((site.data / "mail").glob("*.eml"), reverse=True):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if message["To"] == address:
            return re.search(r"https?://[^/\s]+(/\S+)", message.get_content()).group(1)
    return None


def wait_for_mail(page, site, address):
    for _ in range(200):
        if link := mailed_link(site, address):
            return link
        page.wait_for_timeout(100)
    raise AssertionError(f"no mail to {address}")


def join(page, site, name):
    page.goto("/join")
    page.fill("[name=username]", name)
    page.fill("[name=email]", f"{name}@example.org")
    page.fill("[name=password]", "a-long-password-42")
    page.click("form[action^='/join'] button:not([type=button])")
    page.wait_for_url(lambda url: "/join" not in url)
    page.goto(wait_for_mail(page, site, f"{name}@example.org"))
    page.click("main form button")


def write_thread(page, board, title, body, kind="talk"):
    page.goto(f"/b/{board}/new")
    page.fill("[name=title]", title)
    page.fill("[name=body]", body)
    chosen = page.locator(f"[name=kind][value={kind}]")
    if chosen.count():
        chosen.check(force=True)
    else:
        page.select_option("[name=kind]", kind)
    page.click("form:has([name=title]) button:text('Start')")
    page.wait_for_url(re.compile(r"/t/\d+"))
    return re.search(r"/t/(\d+)", page.url).group(1)


def top_up(page, amount):
    page.goto("/wallet/top-up")
    page.fill("[name=amount]", amount)
    sandbox = page.locator("[name=provider][value=sandbox]")
    if sandbox.count():
        sandbox.check(force=True)
    page.click("form[action='/wallet/top-up'] button")
    page.wait_for_url(re.compile("/wallet"))


def buy_here(page, address="1 Pier Road, Seatown"):
    """From the page with the offer to a paid order; the order's address."""
    page.click("button:text('Buy now')")
    page.wait_for_url(re.compile("/checkout"))
    if page.locator("[name=address]").count():
        page.fill("[name=address]", address)
    page.check("[name=method][value=wallet]", force=True)
    page.click("button:text('Place order')")
    page.wait_for_url(re.compile("/orders"))
    if not re.search(r"/orders/\w+", page.url):
        page.locator("main a[href^='/orders/']").first.click()
    return re.search(r"/orders/\w+", page.url).group(0)


def talk_to(page, words):
    page.fill("[name=body]", words)
    page.click("main form:has([name=body]) button:text('Send')")
    page.wait_for_url(re.compile(r"/messages/\d+"))
    expect(page.locator("main")).to_contain_text(words)


@pytest.fixture
def newcomer(visit, site):
    """Joined, with the mail address proved."""
    page = visit()
    join(page, site, f"anna{secrets.token_hex(4)}")
    return page


def test_a_newcomer_joins_a_board_and_talks(newcomer):
    newcomer.goto("/boards")
    newcomer.click("a:text('咖啡角')")
    newcomer.locator("form[action='/b/coffee/join'] button, a[href='/b/coffee/join']").first.click()
    if newcomer.locator("main [name=rules]").count():
        newcomer.check("main [name=rules]")
        newcomer.click("form[action='/b/coffee/join'] button")
    thread = write_thread(newcomer, "coffee", "My first cup", "Which **beans** for a beginner?", "question")

    expect(newcomer.locator("#post-1 strong")).to_have_text("beans")
    newcomer.fill("#reply textarea", "Answering myself: any.")
    newcomer.click("#reply button:text('Reply')")
    expect(newcomer.locator("#post-2")).to_contain_text("Answering myself")
    assert re.search(rf"/t/{thread}", newcomer.url)


def test_an_application_is_accepted_and_opens_the_board(newcomer, signed_in):
    newcomer.goto("/b/vintage-audio")
    if not newcomer.locator("[name='answer-1']").count():
        newcomer.goto("/b/vintage-audio/join")
    newcomer.fill("[name='answer-1']", "A tape deck from 1978.")
    if newcomer.locator("[name='answer-2']").count():
        newcomer.fill("[name='answer-2']", "Belts.")
    if newcomer.locator("main [name=rules]").count():
        newcomer.check("main [name=rules]")
    newcomer.click("form[action='/b/vintage-audio/join'] button")
    expect(newcomer.locator(".thread-list")).to_have_count(0)

    moderator = signed_in("Ravi")
    moderator.goto("/b/vintage-audio/applications")
    entry = moderator.locator("li, article, section", has_text="A tape deck from 1978.").last
    entry.locator("form[action$='/accept'] button").click()

    expect(moderator.locator("main")).not_to_contain_text("A tape deck from 1978.")
    newcomer.wait_for_timeout(800)
    newcomer.goto("/notices")
    expect(newcomer.locator("main")).to_contain_text("Vintage Audio")
    newcomer.goto("/b/vintage-audio")
    expect(newcomer.locator(".thread-list")).to_be_visible()


def test_a_thread_becomes_a_product_and_is_bought_shipped_and_received(signed_in):
    seller, buyer = signed_in("Marta"), signed_in("Pell")
    words = "A ladle from **walnut**, never used. $32, shipping included."
    thread = write_thread(seller, "workshop", "FS: Walnut ladle, $32", words, "sale")

    seller.goto(f"/t/{thread}/sell")
    expect(seller.locator("[name=title]")).to_have_value("Walnut ladle")
    expect(seller.locator("[name=price]")).to_have_value("32")
    seller.fill("[name=stock]", "2")
    seller.click(f"form[action='/t/{thread}/sell'] button:not([formaction])")
    seller.wait_for_url(re.compile(rf"/t/{thread}(/|$)"))

    top_up(buyer, "100")
    buyer.goto(f"/t/{thread}")
    expect(buyer.locator(".offer")).to_contain_text("$32.00")
    order = buy_here(buyer)

    seller.goto(order)
    seller.click("form[action$='/ship'] button")
    buyer.goto(order)
    buyer.click("form[action$='/receive'] button")
    expect(buyer.locator(".timeline")).to_be_visible()
    seller.goto("/wallet")
    expect(seller.locator("main")).to_contain_text("30.40")


def test_from_a_search_in_chinese_to_a_person_a_message_and_a_purchase(signed_in):
    page = signed_in("Pell", locale="zh-CN")
    page.goto("/search?q=减肥&in=people")
    expect(page.locator("main")).to_contain_text("苏苏")
    page.locator("main a[href*='/messages/new']").first.click()
    assert "to=" in page.url
    page.fill("[name=body]", "你好，厨房秤还有吗？")
    page.locator("main form:has([name=body]) button.button--primary").click()
    page.wait_for_url(re.compile(r"/messages/\d+"))
    expect(page.locator("main")).to_contain_text("厨房秤还有吗")

    top_up(page, "100")
    page.goto("/search?q=厨房 电子秤&in=products")
    page.locator("main a[href^='/p/']").first.click()
    page.locator(".offer button.button--buy").first.click()
    page.wait_for_url(re.compile("/checkout"))
    page.fill("[name=address]", "海边路 1 号")
    page.check("[name=method][value=wallet]", force=True)
    page.locator("form[action='/checkout'] button.button--buy").click()
    page.wait_for_url(re.compile("/orders"))
    page.goto("/orders")
    expect(page.locator("main")).to_contain_text("厨房电子秤")


@pytest.fixture(scope="session")
def newsgroups(site, tmp_path_factory):
    """Imported twice: real groups where the checkout has them beside it, else two small ones written for this test."""
    files = [str(path) for path in group_files(tmp_path_factory.mktemp("groups"))]
    first = site.run("import", "mbox", *files)
    second = site.run("import", "mbox", *files)
    return first, second


def counts(summary):
    return {name: int(number.replace(",", "")) for name, number in re.findall(r"(\w+)[\s│]+([\d,]+)", summary)}


def test_importing_twice_adds_nothing(site, newsgroups):
    first, second = newsgroups
    assert counts(first)["posts"] > 0
    assert counts(second)["posts"] == 0


def found_thread(page, word, group):
    """The first result on that board that leads to a thread's opening: its id, its author."""
    for _ in range(200):  # the worker is still reading thousands of new posts into the index
        page.goto(f"/search?q={word}&board={group}")
        if page.locator(".hit").count():
            break
        page.wait_for_timeout(250)
    link = page.locator(".hit a[href^='/t/']").first.get_attribute("href")
    thread = re.search(r"/t/(\d+)", link).group(1)
    page.goto(f"/t/{thread}")
    return thread, page.locator("#post-1 .post__author").inner_text()


def claimed(site, visit, name, email):
    """The imported member's account, handed to a person by the operator: they follow the mail and choose a password."""
    site.run("member", "claim", name, email)
    page = visit()
    page.goto(wait_for_mail(page, site, email))
    page.fill("[name=password]", demo_password())
    page.click("main form button")


def sell(page, thread, price):
    page.goto(f"/t/{thread}/sell")
    if not page.input_value("[name=price]"):
        page.fill("[name=price]", price)
    page.fill("[name=stock]", "1")
    page.click(f"form[action='/t/{thread}/sell'] button:not([formaction])")
    page.wait_for_url(re.compile(rf"/t/{thread}(/|$)"))


@pytest.mark.usefixtures("newsgroups")
@pytest.mark.parametrize(("word", "group"), [("seagate", "misc-forsale"), ("helmet", "rec-motorcycles")])
def test_from_an_imported_post_to_a_message_and_a_purchase(site, signed_in, visit, word, group):
    buyer = signed_in("Pell")
    thread, name = found_thread(buyer, word, group)
    claimed(site, visit, name, f"{word}@example.org")

    buyer.goto(f"/search?q={word}&board={group}")
    buyer.locator(f".hit:has(a[href*='/t/{thread}']) a[href*='/messages/new']").first.click()
    talk_to(buyer, f"Is the {word} still there?")
    seller = signed_in(name)
    seller.goto("/messages/requests")  # the two share no board
    seller.locator("main .item a").first.click()
    expect(seller.locator("main")).to_contain_text(f"Is the {word} still there?")

    sell(seller, thread, "25")
    top_up(buyer, "2000")
    buyer.goto(f"/t/{thread}")
    buyer.goto(buy_here(buyer))
    expect(buyer.locator("body")).to_contain_text(name)
