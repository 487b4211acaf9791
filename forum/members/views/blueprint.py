"""The members' blueprint, and what several of its views ask of a request."""

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from core.limits import address
from forum.members import devices
from forum.members.commands.sessions import Caller
from forum.members.models import Member

DEVICE_COOKIE = "device"
YEAR = 365 * 24 * 3600
members = Blueprint("members", __name__)


def caller() -> Caller:
    return Caller(address(), request.user_agent.string, request.cookies.get(DEVICE_COOKIE, ""))


def remember_browser(answer: Response, member: Member) -> Response:
    """Mark the browser as one in which the member has signed in."""
    answer.set_cookie(
        DEVICE_COOKIE,
        devices.mark(member),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer
