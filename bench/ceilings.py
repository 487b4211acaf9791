"""What the same server can do at best: the bare framework, and 20 posts through the ORM into a bare template."""

import os

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.asgi import Served
from core.db import db
from core.settings import load
from forum.threads.models import Post
from wsgi import create_app

TEMPLATE = """<!doctype html><title>{{ posts[0].post_no }}</title><ol>{% for post in posts %}
<li>{{ post.author.username }} {{ post.written_at.isoformat() }} <div>{{ post.html|safe }}</div></li>
{% endfor %}</ol>"""
TWENTY_KB = b"x" * 20_000


def bare() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: TWENTY_KB, endpoint="bare")
    return app


def orm() -> Flask:
    """Models and reading connection as in the site, nothing else of it: no session, no headers, no macros."""
    site = create_app(load())
    app = Flask("orm")
    template = app.jinja_env.from_string(TEMPLATE)
    thread_id = int(os.environ["BENCH_THREAD"])

    def page() -> str:
        with site.app_context():
            query = select(Post).where(Post.thread_id == thread_id, Post.post_no <= 20)
            query = query.order_by(Post.post_no).options(joinedload(Post.author))
            return template.render(posts=db.session.scalars(query).all())

    app.add_url_rule("/", view_func=page, endpoint="orm")
    return app


def __getattr__(name: str) -> Served:
    makers = {"bare_app": bare, "orm_app": orm}
    if name in makers:
        globals()[name] = Served(makers[name]())
        return globals()[name]  # type: ignore[no-any-return]
    raise AttributeError(name)
