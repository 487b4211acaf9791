"""The blueprint that checkout and orders share."""

from flask import Blueprint

blueprint = Blueprint("orders", __name__)
