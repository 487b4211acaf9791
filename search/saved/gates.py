"""What a member searched for goes with them: nothing is told to somebody who left."""

from sqlalchemy import select

from core.db import db
from forum.members.leaving import wiped_on_leaving
from search.saved.commands import remove
from search.saved.models import SavedSearch


@wiped_on_leaving
def forget_searches(member_id: int) -> None:
    for search in db.session.scalars(select(SavedSearch).where(SavedSearch.member_id == member_id)).all():
        remove(search)
