"""Communities that come from elsewhere: mailboxes, newsgroups, other forums."""

from flask import Flask

from forum.imports.cli import importing


def init_app(app: Flask) -> None:
    app.cli.add_command(importing)
