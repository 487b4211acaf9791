"""The whole of the main job with JavaScript off: plain forms, plain links."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.test_journeys import join, top_up, write_thread


@pytest.fixture
def plain(signed_in):
    """`plain("Marta")`: a demo member's browser that runs no script."""
    return lambda name, **context: signed_in(name, java_script_enabled=False, **context)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "spoon.png"
    Image.new("RGB", (640, 480), (30, 120, 140)).save(path)
    return path


def sell(page, thread, **terms):
    page.goto(f"/t/{thread}/sell")
    for name, value in terms.items():
        page.fill(f"[name={name}]", value)
    page.click(f"form[action='/t/{thread}/sell'] button:not([formaction])")


def test_a_newcomer_joins_confirms_and_finds_a_board(visit, site):
    page = visit(java_script_enabled=False)
    join(page, site, "plainpaula")
    page.goto("/boards")
    page.click("a:text('Workshop')")
    page.click("a[href='/b/workshop/join']")
    page.click("form[action='/b/workshop/join'] button")
    if page.locator("main [name=rules]").count():
        page.check("main [name=rules]")
        page.click("form[action='/b/workshop/join'] button")
    expect(page.locator("body")).to_contain_text("Welcome to Workshop")


def test_a_thread_with_picture_and_mention_is_previewed_and_started(plain, picture):
    page = plain("Tomas")
    page.goto("/b/workshop/new")
    page.fill("[name=title]", "No script, still a spoon")
    page.fill("[name=body]", "Look, @Marta: **a spoon**.")
    page.set_input_files("[name=pictures]", picture)
    page.click("button[formaction$='/preview']")
    expect(page.locator("main .prose strong").first).to_have_text("a spoon")
    expect(page.locator("main .prose img")).to_be_visible()

    page.click("form:has([name=title]) button:text('Start')")
    expect(page.locator("#post-1 .prose img")).to_be_visible()
    expect(page.locator("#post-1 .mention")).to_have_text("@Marta")


def test_a_reply_quotes_is_edited_and_deleted(plain):
    page = plain("Tomas")
    write_thread(page, "workshop", "To be quoted", "A sentence worth **quoting**.")
    page.click("#post-1 a[href*='quote=1']")
    words = page.input_value("#reply textarea")
    assert words.startswith("> @Tomas")
    page.fill("#reply textarea", words + "\nAnswering myself.")
    page.click("#reply button:text('Reply')")
    expect(page.locator("#post-2 blockquote")).to_contain_text("worth quoting")

    page.click("#post-2 details.menu summary")
    page.click("#post-2 a[href$='/edit']")
    page.fill("main [name=body]", "Other words.")
    page.click("main form:has([name=body]) button:text('Save')")
    expect(page.locator("#post-2")).to_contain_text("Other words.")
    page.click("#post-2 details.menu summary")
    page.click("#post-2 form[action$='/delete'] button")
    expect(page.locator("#post-2")).to_contain_text("deleted")


def test_a_wrong_price_comes_back_with_a_sentence_and_what_was_typed(plain):
    page = plain("Marta")
    thread = write_thread(page, "workshop", "FS: two clamps", "Two clamps, pick up only.", "sale")
    for wrong in ("¥99", "1e9", "-3", "0.001", "9" * 20, ""):
        with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            sell(page, thread, price=wrong)
        assert sent.value.status == 422, wrong
        assert page.input_value("[name=price]") == wrong
        expect(page.locator("#price-error")).not_to_be_empty()


def check_out(page):
    page.fill("[name=address]", "1 Pier Road")
    page.check("[name=method][value=wallet]")
    page.click("button:text('Place order')")


def order_from(buyer, seller, *things):
    """What `seller` offers, put into the cart and ordered; the way over the wallet when it holds too little."""
    for thing in things:
        thread = write_thread(seller, "workshop", f"FS: {thing}", f"{thing}, shipping included.", "sale")
        sell(seller, thread, stock="2")
        buyer.goto(f"/t/{thread}")
        buyer.click("button:text('Add to cart')")
        buyer.wait_for_url(re.compile("/cart"))


def test_without_enough_money_the_way_leads_over_the_wallet_back_to_the_order(plain):
    marta, tomas, buyer = plain("Marta"), plain("Tomas"), plain("Odette")
    order_from(buyer, marta, "a plain bowl, $1200")
    order_from(buyer, tomas, "a plain plane, $2100")
    expect(buyer.locator(".cart-line")).to_have_count(2)
    buyer.click("form[action='/checkout/start'] button")
    check_out(buyer)
    buyer.click(".notice--error a[href^='/wallet/top-up']")
    buyer.click("form[action^='/wallet/top-up'] button")
    buyer.wait_for_url(re.compile("/checkout"))
    check_out(buyer)
    buyer.wait_for_url(re.compile("/orders"))
    expect(buyer.locator("main")).to_contain_text("plain bowl")
    expect(buyer.locator("main")).to_contain_text("plain plane")


def test_an_order_is_sent_received_and_refunded_in_part(plain):
    seller, buyer = plain("Marta"), plain("Pell")
    top_up(buyer, "50")
    order_from(buyer, seller, "a plain cup, $12")
    buyer.click("form[action='/checkout/start'] button")
    check_out(buyer)
    buyer.wait_for_url(re.compile(r"/orders/\w+"))
    order = buyer.url
    seller.goto(order)
    seller.fill("[name=tracking]", "RR 1234")
    seller.click("form[action$='/ship'] button")
    buyer.goto(order)
    expect(buyer.locator("main")).to_contain_text("On its way")
    buyer.click("form[action$='/receive'] button")
    seller.goto(order)
    seller.click("details:has(form[action$='/refund']) summary")
    seller.fill("form[action$='/refund'] [name=amount]", "2")
    seller.click("form[action$='/refund'] button")
    buyer.goto(order)
    expect(buyer.locator("main")).to_contain_text("$2.00")


def test_someone_is_found_and_written_to(plain):
    page = plain("Odette")
    page.goto("/search?q=spoon&in=people")
    page.locator("main a[href*='/messages/new?to=Marta']").first.click()
    page.fill("[name=body]", "How do you sharpen the hook?")
    page.click("main form:has([name=body]) button:text('Send')")
    page.wait_for_url(re.compile(r"/messages/\d+"))
    page.fill("textarea[name=body]", "And with which stone?")
    page.click("main form:has([name=body]) button:text('Send')")
    expect(page.locator("main")).to_contain_text("And with which stone?")


@pytest.fixture
def knots(plain):
    """A board with rules and a question; its owner's page."""
    owner = plain("Marta")
    owner.goto("/boards/new")
    owner.fill("[name=name]", "Plain Knots")
    owner.fill("[name=slug]", "plain-knots")
    owner.check("[name=access][value=apply]")
    owner.fill("[name=rules]", "1. Show the knot.")
    owner.click("main form button.button--primary")
    owner.goto("/b/plain-knots/settings")
    owner.fill("[name=question-1]", "Which knot do you tie?")
    owner.click("main form:has([name=rules]) button:text('Save')")
    return owner


def test_a_board_refuses_with_a_reason_and_opens_by_a_link(knots, plain):
    guest = plain("Odette")
    guest.goto("/b/plain-knots")
    guest.fill("[name=answer-1]", "The bowline.")
    guest.check("main [name=rules]")
    guest.click("form[action='/b/plain-knots/join'] button")
    knots.goto("/b/plain-knots/applications")
    knots.click("details:has(form[action$='/refuse']) summary")
    knots.fill("form[action$='/refuse'] [name=reason]", "Say more.")
    knots.click("form[action$='/refuse'] button")
    guest.goto("/b/plain-knots")
    expect(guest.locator("main")).to_contain_text("Say more.")

    knots.goto("/b/plain-knots/invitations")
    knots.click("main form button.button--primary")
    guest.goto(re.search(r"/i/[\w-]+", knots.content()).group(0))
    guest.check("main [name=rules]")
    guest.click("main form button.button--primary")
    expect(guest.locator("body")).to_contain_text("Welcome in")


def test_a_moderator_locks_and_an_operator_pays_out(plain):
    marta, keeper = plain("Marta"), plain("Keeper")
    thread = write_thread(marta, "workshop", "To be locked", "Soon nobody answers here.")
    marta.click("details.menu:has-text('Moderate') summary")
    marta.click("form[action$='/lock'] button")
    keeper.goto(f"/t/{thread}")
    expect(keeper.locator("main")).to_contain_text("Locked")

    top_up(marta, "30")
    marta.goto("/wallet/withdraw")
    marta.fill("[name=amount]", "12,50")
    marta.fill("[name=destination]", "DE00 plain")
    marta.click("form[action='/wallet/withdraw'] button")
    keeper.goto("/admin")
    keeper.locator("li.item", has_text="DE00 plain").locator("form[action$='/settle'] button").click()
    expect(keeper.locator("main")).not_to_contain_text("DE00 plain")
    keeper.click("aside a[href='/admin/members']")
    expect(keeper.locator("h1")).to_be_visible()


def test_language_and_theme_change_by_plain_buttons(plain):
    page = plain("Pell")
    page.goto("/boards")
    page.click("button[name=language][value^=zh]")
    assert page.get_attribute("html", "lang").startswith("zh")
    page.click("button[name=theme][value=dark]")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.click("button[name=language][value=en]")
    assert page.get_attribute("html", "lang").startswith("en")


def test_a_search_is_saved_renamed_and_removed(plain):
    page = plain("Tomas")
    page.goto("/search?q=carving+axe")
    page.select_option("#save-tell", "daily")
    page.click("#save-search button")
    page.wait_for_url(re.compile("/searches$"))
    page.locator(".item", has_text="carving axe").locator("a[href^='/searches/']").click()
    page.fill("[name=name]", "Anything that cuts")
    page.click("main form:has([name=name]) button")
    expect(page.locator(".item__title")).to_contain_text("Anything that cuts")
    page.click("form[action$='/remove'] button")
    expect(page.locator("main .item")).to_have_count(0)


def test_a_ready_answer_is_written_filled_in_and_sent_to_a_stranger(plain):
    stranger, seller = plain("June"), plain("Tomas")
    seller.goto("/shop/answers")
    seller.fill("[name=title]", "Still there")
    seller.fill("[name=body]", "Yes {name}, it is still there.")
    seller.click("main form:has([name=title]) button")
    stranger.goto("/messages/new?to=Tomas&from=profile")
    stranger.fill("[name=body]", "Is the vise still there?")
    stranger.click("main form:has([name=body]) button:text('Send')")
    stranger.wait_for_url(re.compile(r"/messages/\d+"))

    seller.goto("/messages/requests")
    seller.click(".item a:has-text('June')")
    seller.click("form[action$='/accept'] button")
    expect(seller.locator("form[action$='/accept']")).to_have_count(0)
    seller.click("main details.menu--up summary")
    seller.click("main a:text('Still there')")
    expect(seller.locator("#reply textarea")).to_have_value("Yes June, it is still there.")
    seller.click("#reply button:text('Send')")
    stranger.reload()
    expect(stranger.locator("main")).to_contain_text("Yes June, it is still there.")
