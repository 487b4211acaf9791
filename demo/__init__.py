"""A small invented community, made with the site's own commands, for a first look at an empty site."""

from flask import Flask

from demo.cli import demo


def init_app(app: Flask) -> None:
    app.cli.add_command(demo)
