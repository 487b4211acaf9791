"""How much of it is told to whom. Pure."""

from datetime import datetime, timedelta

SHOPS_A_WISH = 5
WISHES_A_DAY = 5  # told to one shop
OFFERS_A_DAY = 3  # told to one who wishes
OPEN_FOR = timedelta(days=90)  # a wish, counted from its beginning
FRESH = timedelta(days=7)  # what was listed longer ago is no new offer, and a thread no new wish


def day_of(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
