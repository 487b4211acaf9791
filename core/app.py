"""The front door: settings, extensions, rooms, in that order."""

import os
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from core import assets, db, health, i18n, limits, listening, live, logs, security, templating, web
from core.later import Later
from core.serve import serve
from core.settings import Settings
from core.storage import FolderStorage
from core.worker import worker

ROOT = Path(__file__).parent.parent
TABLES = (live,)  # and its job; both register themselves


def build(rooms: Iterable[ModuleType], settings: Settings, **overrides: object) -> Flask:
    """The application with all its rooms. `overrides` are Flask's own settings, for tests."""
    os.umask(0o077)  # the database, uploads and backups are for this program's user only
    app = Flask("boardwalk", root_path=str(ROOT))
    app.config.update(SECRET_KEY=settings.secret_key, WTF_CSRF_TIME_LIMIT=None, CURRENCY=settings.currency)
    security.init_app(app, is_https=settings.is_https)
    app.config.update(overrides)
    app.extensions.update(settings=settings, storage=FolderStorage(settings.data / "uploads"))
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    logs.init_app(app)
    db.init_app(app, settings.database_url)
    i18n.init_app(app, settings.languages)
    limits.init_app(app, settings.redis_url)
    assets.init_app(app)
    CSRFProtect(app)
    LoginManager(app)
    web.init_app(app)
    templating.init_app(app, settings)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(listening.blueprint)
    for command in (Later("db", "core.migrating:database", "The database's tables."), serve, worker):
        app.cli.add_command(command)
    for room in rooms:
        room.init_app(app)
    return app
