"""Pictures in evidence: operators see them, also when the message is gone."""

from typing import Any

from sqlalchemy import ColumnElement, false, select

from forum.moderation.models import Evidence
from forum.pictures.models import Picture
from forum.pictures.queries import shows_pictures


@shows_pictures
def in_evidence(viewer: Any) -> ColumnElement[bool]:
    return Picture.message_id.in_(select(Evidence.message_id)) if viewer.is_operator else false()
