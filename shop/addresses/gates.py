"""The address book goes with its owner."""

from forum.members.leaving import wiped_on_leaving
from shop.addresses.commands import erase

wiped_on_leaving(erase)
