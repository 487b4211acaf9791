"""HTTP for members; importing the modules registers their routes."""

from forum.members.views import account, joining, profile, settings, signing_in
from forum.members.views.blueprint import members

__all__ = ["account", "joining", "members", "profile", "settings", "signing_in"]
