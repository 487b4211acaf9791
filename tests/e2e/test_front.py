"""What the small scripts add to pages that work without them, and what those pages do without them."""


def any_thread(page):
    page.goto("/b/workshop")
    page.locator(".thread-row__title a").first.click()
    page.wait_for_selector("#posts")


def test_quote_preview_and_draft_of_a_reply(signed_in):
    page = signed_in("Marta")
    any_thread(page)
    page.locator("[data-quote-author]").first.click()
    written = page.input_value("#reply textarea")
    assert written.startswith("> @")
    page.click("[data-tab=preview]")
    page.wait_for_selector(".composer__preview blockquote")
    page.reload()
    assert page.input_value("#reply textarea") == written


def test_a_sent_reply_stands_in_the_thread_and_leaves_no_draft(signed_in):
    page = signed_in("Marta")
    any_thread(page)
    before = page.locator("#posts .post").count()
    page.fill("#reply textarea", "A reply without a new page.")
    page.click("#reply button.button--primary")
    page.locator("#posts .post").nth(before).wait_for()
    assert page.inner_text("#post-count").strip().startswith(str(before + 1))
    assert page.input_value("#reply textarea") == ""
    assert page.evaluate("sessionStorage.length") == 0


def test_the_cart_changes_beside_the_page(signed_in):
    page = signed_in("Ravi")
    page.goto("/b/workshop?sort=for-sale")
    page.click(".thread-row__title a:has-text('spoons')")
    page.click("button:text('Add to cart')")
    page.fill("#drawer [name=quantity]", "2")
    page.click("#drawer button:text('Update')")
    page.wait_for_selector("#drawer .facts__total:has-text('52.00')")
    assert page.evaluate("document.activeElement.name") == "quantity"
    page.click("#drawer button:has-text('Remove')")
    page.wait_for_selector("#drawer .empty")
    assert "/cart" not in page.url


def test_search_suggests_while_one_types(visit):
    page = visit()
    page.goto("/boards")
    page.locator(".top .searchbox__input").press_sequentially("work")
    page.wait_for_selector("#suggestions a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('#suggestions') !== null")
    page.keyboard.press("Escape")
    assert page.locator("#suggestions a").count() == 0


def test_the_theme_that_is_chosen_stays(visit):
    page = visit(color_scheme="light")
    page.goto("/boards")
    page.click("button[name=theme][value=dark]")
    page.goto("/")
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_no_page_is_wider_than_the_smallest_phone(signed_in):
    page = signed_in("Marta", viewport={"width": 320, "height": 640})
    for path in (
        "/",
        "/boards",
        "/b/workshop",
        "/search?q=lens",
        "/notices",
        "/wallet",
        "/orders",
        "/cart",
        "/settings",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_a_reply_is_written_without_any_script(signed_in):
    page = signed_in("Marta", java_script_enabled=False)
    any_thread(page)
    page.fill("#reply textarea", "A reply in the old way.")
    page.click("#reply button.button--primary")
    page.wait_for_selector("#posts")
    assert "A reply in the old way." in page.inner_text("#posts")
