"""What a member kept an eye on goes with them."""

from sqlalchemy import delete

from core.db import db
from forum.members.leaving import wiped_on_leaving
from shop.alerts.models import SavedProduct


@wiped_on_leaving
def forget_saved(member_id: int) -> None:
    db.session.execute(delete(SavedProduct).where(SavedProduct.member_id == member_id))
