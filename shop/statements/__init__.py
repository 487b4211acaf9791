"""Statements: what an account held, what moved it in a period, and what it held then, as page, CSV and PDF."""

from flask import Flask

from shop.statements import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
