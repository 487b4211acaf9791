"""HTTP for the front page, boards' threads, and posts: read the request, call one query or command, answer."""

from forum.threads.views import marks, moderating, pages, posts, starting, thanks
from forum.threads.views.blueprint import threads

__all__ = ["marks", "moderating", "pages", "posts", "starting", "thanks", "threads"]
