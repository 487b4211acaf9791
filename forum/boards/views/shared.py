from flask import Blueprint

blueprint = Blueprint("boards", __name__)


def address(slug: str, page: str = "") -> str:
    return f"/b/{slug}/{page}" if page else f"/b/{slug}"
