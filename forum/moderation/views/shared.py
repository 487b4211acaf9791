"""What all pages of moderation share."""

from flask import Blueprint

blueprint = Blueprint("moderation", __name__)
DESK = "/moderation"
