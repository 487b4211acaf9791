"""HTTP for the lists: conversations, requests, what a search in them finds."""

from typing import Any

from flask import request

from core.forms import whole
from core.limits import limit
from core.web import render
from forum.members.auth import member, sign_in_required
from forum.messages import queries
from forum.messages.views.blueprint import messages
from forum.messages.words import peek_of

LONGEST_QUESTION = 200


@messages.get("/messages")
@sign_in_required
def inbox() -> Any:
    asked = " ".join(request.args.get("q", "")[:LONGEST_QUESTION].replace("\0", " ").split())
    if asked:
        return _found(asked)
    found = queries.inbox(member(), request.args.get("after"))
    return _list("forum/messages/index.html", found)


@messages.get("/messages/requests")
@sign_in_required
def requests() -> Any:
    return _list("forum/messages/requests.html", queries.requests(member(), request.args.get("after")))


def _list(page: str, found: queries.Inbox) -> Any:
    shown: dict[str, Any] = {"inbox": found, "waiting": found.requests, "address": request.path, "peek_of": peek_of}
    return render(page, fragment="forum/messages/_talks.html", **shown)


def _found(asked: str) -> Any:
    limit("search", member().id)
    found = queries.messages_found(member(), asked, whole(request.args.get("before")))
    shown: dict[str, Any] = {"found": found, "asked": asked, "waiting": queries.count_requests(member())}
    return render("forum/messages/found.html", fragment="forum/messages/_hits.html", **shown)
