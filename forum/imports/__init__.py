"""Communities that come from elsewhere: mailboxes, newsgroups, other forums."""

from flask import Flask

from core.later import Later


def init_app(app: Flask) -> None:
    app.cli.add_command(Later("import", "forum.imports.cli:importing", "Bring a community in from files."))
