"""The composition root: the only module that knows every room."""

from collections.abc import Callable
from typing import Any

from flask import Flask

import bench
import demo
import forum
import search
import shop
from core.app import build
from core.asgi import Served
from core.settings import Settings, load

ROOMS = (forum, shop, search, demo, bench)


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    return build(ROOMS, settings or load(), **overrides)


def __getattr__(name: str) -> Any:
    """`wsgi:app` for commands, `wsgi:served` for the server; made when asked for: tests import this without either."""
    makers: dict[str, Callable[[], Any]] = {"app": create_app, "served": lambda: Served(create_app())}
    if name not in makers:
        raise AttributeError(name)
    globals()[name] = makers[name]()
    return globals()[name]
