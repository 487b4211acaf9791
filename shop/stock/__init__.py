"""What there is to sell: stock, holds, limits for each member."""

from flask import Flask

from shop.stock import jobs, sentences
from shop.stock.cli import stock

WORK = (jobs, sentences)  # register themselves


def init_app(app: Flask) -> None:
    app.cli.add_command(stock)
