"""Selling from a thread that came from a newsgroup: claimed by its writer, prefilled from what they wrote then."""

import gzip
import re

from sqlalchemy import select

from core.clock import now
from core.db import db, writing
from forum.members.models import Member
from forum.threads.models import Thread

OFFER = """From x Mon Apr  5 10:00:00 1993
From: ann@mill.example (Ann Miller)
Subject: FOR SALE: hiking boots, size 40
Message-ID: <1@mill.example>
Date: 5 Apr 1993 10:00:00 GMT

I bought these boots for $120 and wore them twice. They are in
excellent condition, but a size too small for me.

Asking $45 or best offer. Pick up only, please.

-- 
Ann Miller, Oldtown        phone 555-0100
"""


def test_the_form_is_filled_from_the_old_post(app, as_member, tmp_path):
    path = tmp_path / "misc.market.mbox.gz"
    path.write_bytes(gzip.compress(OFFER.encode()))
    app.test_cli_runner().invoke(args=["import", "mbox", str(path)])
    seller = db.session.scalars(select(Member)).one()
    with writing():
        seller.email = seller.email_key = "ann@example.org"
        seller.email_verified_at = now()
    thread = db.session.scalars(select(Thread)).one()

    page = as_member(seller).get(f"/t/{thread.id}/sell").text

    assert re.search(r'name="title"[^>]*value="hiking boots, size 40"', page)
    assert re.search(r'name="price"[^>]*value="45(\.00)?"', page)
    assert re.search(r'<option[^>]*selected[^>]*value="like_new"|name="condition"[^>]*value="like_new"[^>]*checked|'
                     r'checked[^>]*value="like_new"', page)  # fmt: skip
