"""Changes of a product and of its stock, for those who saved it. Runs in the worker."""

from core.outbox import consumer
from shop.alerts import commands, queries
from shop.products.events import ProductChanged
from shop.stock.events import StockGone, StockReturned


@consumer("alerts.products", ProductChanged)
def product_changed(event: ProductChanged) -> None:
    commands.tell_savers(event.product_id)


@consumer("alerts.stock", StockReturned)
def stock_returned(event: StockReturned) -> None:
    product_id = queries.product_of_offer(event.offer_id)
    if product_id is not None:
        commands.tell_savers(product_id, returned=not event.is_first)


@consumer("alerts.gone", StockGone)
def stock_gone(event: StockGone) -> None:
    """Who hears of its return must be known to have lost it."""
    product_id = queries.product_of_offer(event.offer_id)
    if product_id is not None:
        commands.tell_savers(product_id)
