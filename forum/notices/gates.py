"""What a member was told goes with them."""

from sqlalchemy import delete

from core.db import db
from forum.members.leaving import wiped_on_leaving
from forum.notices.models import Notice


@wiped_on_leaving
def forget_notices(member_id: int) -> None:
    db.session.execute(delete(Notice).where(Notice.member_id == member_id))
