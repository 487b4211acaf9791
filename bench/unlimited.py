"""The site as it is served, without rate limits: a benchmark is the kind of flood that they exist to stop."""

from flask import Flask

from bench.pages import LIMITED
from core.asgi import Served
from core.settings import load
from wsgi import create_app


def make() -> Flask:
    return create_app(load(), LIMITS=dict.fromkeys(LIMITED, "1000000/second"))


def __getattr__(name: str) -> Served:
    if name == "served":
        globals()["served"] = Served(make())
        return globals()["served"]  # type: ignore[no-any-return]
    raise AttributeError(name)
