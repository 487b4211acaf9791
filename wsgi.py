"""The composition root: the only module that knows every room."""

from flask import Flask

import bench
import demo
import forum
import search
import shop
from core.app import build
from core.settings import Settings, load

ROOMS = (forum, shop, search, demo, bench)


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    return build(ROOMS, settings or load(), **overrides)


def __getattr__(name: str) -> Flask:
    """`wsgi:app` for servers; made when asked for, so that tests may import this module without one."""
    if name == "app":
        globals()["app"] = create_app()
        return globals()["app"]  # type: ignore[no-any-return]
    raise AttributeError(name)
