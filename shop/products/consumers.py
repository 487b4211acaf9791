"""Stock that comes and goes, for what stands for a product in lists. Runs in the worker."""

from core.outbox import consumer
from shop.products import commands
from shop.stock.events import StockGone, StockReturned


@consumer("products.lead", StockReturned, StockGone)
def stock_turned(event: StockReturned | StockGone) -> None:
    commands.follow_stock(event.offer_id)
