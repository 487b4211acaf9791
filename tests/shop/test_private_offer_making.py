"""Where a private offer is made: in the conversation, or on a page of its own that leads back there."""

from tests.shop.offering import on_sale, talk


def test_what_is_sold_out_is_not_offered_first(as_member, seller, buyer):
    gone, other = on_sale(seller, stock=0), on_sale(seller)
    here = f"/messages/{talk(buyer, seller, f'product:{gone.product_id}')}"

    page = as_member(seller).get(f"{here}/offers/new").text

    assert 'name="product"' not in page
    assert f"product={other.product_id}" in page


def test_on_a_page_of_its_own_the_offer_is_sent_plainly_and_leads_back(as_member, seller, buyer):
    offer = on_sale(seller)
    browser, here = as_member(seller), f"/messages/{talk(buyer, seller, f'product:{offer.product_id}')}"

    alone = browser.get(f"{here}/offers/new").text.split('id="offer-tools"')[1].split("</section>")[0]
    within = browser.get(f"{here}/offers/new", headers={"HX-Request": "true"}).text

    assert "hx-post" not in alone
    assert f'hx-post="{here}/offers"' in within
