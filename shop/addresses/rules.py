"""What an address needs. Pure."""

from dataclasses import dataclass, replace

from core.errors import Invalid, Refused
from core.i18n import _
from shop.addresses.formats import countries, format_of

MOST = 20


@dataclass(frozen=True)
class AddressParts:
    country: str
    name: str
    street: str
    city: str
    extra: str = ""
    postcode: str = ""
    region: str = ""
    phone: str = ""


def checked(parts: AddressParts) -> AddressParts:
    """With what its country asks for, the postcode in capitals; Invalid at the field that is missing or wrong."""
    check_country(parts.country)
    shape = format_of(parts.country)
    if shape.region and not parts.region:
        raise Invalid("region", _("Addresses there have a state, province or region."), "no_region")
    if shape.postcode is None:
        return replace(parts, postcode="")
    postcode = parts.postcode.upper()
    if not postcode and shape.example:
        raise Invalid("postcode", _("Write the postcode, like %(example)s.", example=shape.example), "no_postcode")
    if postcode and not (postcode.isascii() and shape.postcode.fullmatch(postcode)):
        example = shape.example or "12345"
        raise Invalid("postcode", _("A postcode there looks like %(example)s.", example=example), "bad_postcode")
    return replace(parts, postcode=postcode)


def check_country(country: str) -> None:
    if country not in countries("en"):
        raise Invalid("country", _("Choose a country."), "no_country")


def check_count(count: int) -> None:
    if count >= MOST:
        raise Refused("too_many_addresses", _("At most %(num)s addresses. Remove one first.", num=MOST))
