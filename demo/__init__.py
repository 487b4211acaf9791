"""A small invented community, made with the site's own commands, for a first look at an empty site."""

from flask import Flask

from core.later import Later


def init_app(app: Flask) -> None:
    app.cli.add_command(Later("demo", "demo.cli:demo", "Fill an empty site with a small invented community."))
