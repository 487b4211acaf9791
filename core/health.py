"""For the operator's monitors: is the process up, can it do its work?"""

from flask import Blueprint
from sqlalchemy import text

from core.db import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> tuple[str, int]:
    return "ok", 200


@blueprint.get("/readyz")
def ready() -> tuple[str, int]:
    """503 (by the error handler) while the database cannot be reached."""
    db.session.execute(text("SELECT 1"))
    return "ready", 200
