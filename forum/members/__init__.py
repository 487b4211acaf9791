"""People and their accounts: joining, signing in, profiles, settings."""

from flask import Flask

from forum.members import auth, cli, consumers, jobs, models, passwords
from forum.members.views import members

TABLES = (models,)
WORK = (consumers, jobs)  # register themselves


def init_app(app: Flask) -> None:
    passwords.init_app(app)
    auth.init_app(app)
    app.register_blueprint(members)
    app.cli.add_command(cli.group)
