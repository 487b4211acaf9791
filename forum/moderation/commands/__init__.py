"""Reporting and deciding, suspending. Each function is one transaction."""

from forum.moderation.commands.posts import dismiss, report, restore, suspend, uphold
from forum.moderation.commands.talks import close_talk_report, report_talk

__all__ = ["close_talk_report", "dismiss", "report", "report_talk", "restore", "suspend", "uphold"]
