"""Thanks for a post: saying them, taking them back, who said them."""

from flask import request
from werkzeug.wrappers import Response

from core.forms import whole
from core.limits import limit
from core.web import done, render
from forum.members.auth import member, sign_in_required, viewer
from forum.threads import commands, queries
from forum.threads.models import Post
from forum.threads.queries import Opened
from forum.threads.views.blueprint import threads


@threads.get("/posts/<int:post_id>/thanks")
def thanks(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    page = queries.thanks_for(post, whole(request.args.get("before")))
    part = "forum/threads/_thankers.html"
    return render("forum/threads/thanks.html", fragment=part, post=post, opened=opened, page=page)


@threads.post("/posts/<int:post_id>/thanks")
@sign_in_required
def thank(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    limit("thanks", member().id)
    return _shown(commands.thank(post, member=member()), opened)


@threads.post("/posts/<int:post_id>/thanks/remove")
@sign_in_required
def take_thanks_back(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    limit("thanks", member().id)
    return _shown(commands.take_thanks_back(post, member=member()), opened)


def _shown(post: Post, opened: Opened) -> Response:
    """In place, as the post's foot shows it now."""
    there = opened.thread.address_of(post.post_no)
    rows = queries.posts_from(opened, post.post_no, 1)
    return done(there, fragment="forum/threads/_thanked.html", opened=opened, rows=rows)
