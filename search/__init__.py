"""Search: posts, products, boards and people by topic. Listens; nobody imports it."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Nothing yet."""
