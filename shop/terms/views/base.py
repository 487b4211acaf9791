"""The blueprint that these pages share."""

from flask import Blueprint

blueprint = Blueprint("terms", __name__)
