"""HTTP for moderation."""

from forum.moderation.views import posts, talks
from forum.moderation.views.shared import blueprint

__all__ = ["blueprint", "posts", "talks"]
