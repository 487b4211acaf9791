"""Threads and posts: reading, writing, moderating, and how far everyone has read."""

from flask import Flask

from forum.threads import cli, slots
from forum.threads.views import threads

FILLED = (slots,)  # filling other pages' slots needs no more than being imported


def init_app(app: Flask) -> None:
    app.register_blueprint(threads)
    for command in cli.COMMANDS:
        app.cli.add_command(command)
