"""The forum: members, boards, threads, notices, messages, moderation."""

from flask import Flask

from forum import imports, members, threads
from forum.boards import models as boards
from forum.boards.views import blueprint as board_pages
from forum.messages import models as messages
from forum.moderation import models as moderation
from forum.notices import models as notices
from forum.pictures import models as pictures
from forum.threads import models as thread_models

TABLES = (boards, messages, moderation, notices, pictures, thread_models)


def init_app(app: Flask) -> None:
    members.init_app(app)
    app.register_blueprint(board_pages)
    threads.init_app(app)
    imports.init_app(app)
