"""How pools and movements are called."""

from core.i18n import _l

POOL_NAMES = {
    "normal": _l("For everybody"),
    "tester": _l("For testers"),
    "flash": _l("For a flash sale"),
    "group": _l("For a group"),
}
KIND_NAMES = {
    "opening": _l("Start of the book"),
    "received": _l("Received"),
    "recounted": _l("Counted anew"),
    "damaged": _l("Damaged"),
    "mended": _l("Mended"),
    "discarded": _l("Thrown away"),
    "moved": _l("Moved"),
    "sold": _l("Sold to a buyer"),
    "returned": _l("Came back"),
}
BOOKED = ("received", "damaged", "mended", "discarded")  # by a seller's own word
SCOPE_NAMES = {"member": _l("One member"), "address": _l("One delivery address")}
