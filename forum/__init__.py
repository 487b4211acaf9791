"""The forum: members, boards, threads, notices, messages, moderation."""

from flask import Flask

from forum import boards, imports, members, notices, pictures, threads
from forum.messages import models as messages
from forum.moderation import models as moderation
from forum.threads import models as thread_models

TABLES = (messages, moderation, thread_models)


def init_app(app: Flask) -> None:
    members.init_app(app)
    boards.init_app(app)
    pictures.init_app(app)
    threads.init_app(app)
    notices.init_app(app)
    imports.init_app(app)
