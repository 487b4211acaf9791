"""What waits for a moderator, and for the operators."""

from forum.moderation.queries.posts import Desk, Reported, desk_of, members_named, report_for
from forum.moderation.queries.talks import operator_ids, talk_report_for, talk_reports

__all__ = [
    "Desk",
    "Reported",
    "desk_of",
    "members_named",
    "operator_ids",
    "report_for",
    "talk_report_for",
    "talk_reports",
]
