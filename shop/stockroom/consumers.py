"""Few are left: the seller hears of it. Runs in the worker."""

from core.outbox import consumer
from shop.stock.events import StockLow
from shop.stockroom import commands


@consumer("stockroom.low", StockLow)
def stock_low(event: StockLow) -> None:
    commands.tell_low(event.offer_id, event.pool)
