"""What a member wants to be told beside the news of their own threads: digest mails, wishes, offers that fit."""

from flask import Flask

from search.telling.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
