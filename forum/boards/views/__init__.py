"""HTTP for boards: read the request, call one query or command, answer."""

from forum.boards.views import boards, invitations, joining, people, queues
from forum.boards.views.shared import blueprint

__all__ = ["blueprint", "boards", "invitations", "joining", "people", "queues"]
