"""The forum: members, boards, threads, notices, messages, moderation."""

from flask import Flask

from forum import boards, imports, members, messages, moderation, notices, pictures, threads
from forum.threads import models as thread_models

TABLES = (thread_models,)


def init_app(app: Flask) -> None:
    members.init_app(app)
    boards.init_app(app)
    pictures.init_app(app)
    threads.init_app(app)
    notices.init_app(app)
    messages.init_app(app)
    moderation.init_app(app)
    imports.init_app(app)
