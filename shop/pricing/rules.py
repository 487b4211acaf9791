"""A cart with its prices: each group in every way that it can be had. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.errors import Invalid, Refused
from core.i18n import _
from shop.cart.rules import Cart, Group
from shop.coupons.models import Coupon
from shop.pricing.bills import PICK_UP, SHIP, Bill, Way, bill
from shop.pricing.discounts import Discounts
from shop.terms.models import DeliveryMethod, SellerTerms, TaxRate
from shop.terms.rules import Load, Place, charge


@dataclass(frozen=True)
class Facts:
    """What the database knows for these sellers and this place. `place` is None while no country is known."""

    place: Place | None
    methods: Mapping[int, list[DeliveryMethod]]
    terms: Mapping[int, SellerTerms]
    rates: Sequence[TaxRate]

    @property
    def partners(self) -> set[int]:
        return {seller for seller, terms in self.terms.items() if terms.joins_coupons}


@dataclass(frozen=True)
class Priced:
    """`bills` of one group by option. Empty: it cannot be had there; `needs_place`: it cannot be said yet."""

    group: Group
    bills: dict[str, Bill]
    needs_place: bool

    @property
    def sent(self) -> list[Bill]:
        return [found for found in self.bills.values() if found.way.is_sent]

    def chosen(self, option: str) -> Bill | None:
        """The bill of an option; "ship" and nothing at all mean the first that there is."""
        if option in self.bills:
            return self.bills[option]
        if option == SHIP:
            return next(iter(self.sent), None)
        return next(iter(self.bills.values()), None) if not option else None

    def no_way(self, option: str) -> Invalid:
        """Why nothing of that option is there, at the field that changes it."""
        if option == PICK_UP or (option != SHIP and self.bills):
            return Invalid("delivery", _("Choose how it reaches you."))
        if self.needs_place:
            return Invalid("country", _("Choose the country, so that delivery can be worked out."), "no_country")
        said = _("%(name)s does not send to this address.", name=self.group.seller.username)
        return Invalid("address", said, "not_sent_there")


@dataclass(frozen=True)
class Prices:
    """`problem` says why the coupons were not taken; the prices are then those without."""

    cart: Cart
    groups: list[Priced]
    coupons: Sequence[Coupon] = ()
    problem: Refused | None = None
    place: Place | None = None
    codes: Sequence[str] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """What the page showed, for the form that buys it: the cart's, and each way's total of each group."""
        totals = [
            f"{priced.group.key}:{option}={found.total}"
            for priced in self.groups
            for option, found in sorted(priced.bills.items())
        ]
        return f"{self.cart.seen};{','.join(totals)}"

    @property
    def asks_country(self) -> bool:
        """Whether where it goes changes what it costs."""
        return any(priced.needs_place for priced in self.groups) or self.place is not None


def priced(group: Group, facts: Facts, off: Discounts) -> Priced:
    methods, seller_id = facts.methods.get(group.seller.id, []), group.seller.id
    is_agreed = any(line.agreed for line in group.lines)
    needs_place = bool(methods) and group.can_ship and not is_agreed and facts.place is None
    ways = _sent(group, [] if is_agreed else methods, facts.place, off) if group.can_ship else []
    if group.can_pick_up or group.only_pick_up:
        ways = [*ways, Way(PICK_UP)]
    if seller_id in off.free_delivery:
        ways = [Way(way.option, 0, way.name, way.days, is_free_by_coupon=way.is_sent) for way in ways]
    bills = {way.option: _bill(group, way, facts, off) for way in ways}
    return Priced(group, bills, needs_place)


def _sent(group: Group, methods: list[DeliveryMethod], place: Place | None, off: Discounts) -> list[Way]:
    """The seller's methods that go there, cheapest first; the offers' own postage when the seller has none."""
    if not methods:
        return [Way(SHIP, group.shipping)]
    if place is None:
        return []
    load = _load(group, off)
    found = []
    for method in methods:
        price = charge(method, place, load) if method.currency == group.currency else None
        if price is not None:
            found.append(Way(f"m{method.id}", price, method.name, (method.days_least, method.days_most)))
    return sorted(found, key=lambda way: way.charge)


def _load(group: Group, off: Discounts) -> Load:
    amount = sum(line.goods - off.by_offer.get(line.offer_id, 0) for line in group.lines)
    weight = sum(line.card.offer.grams * line.quantity for line in group.lines if line.card)
    return Load(amount, weight, sum(line.quantity for line in group.lines))


def _bill(group: Group, way: Way, facts: Facts, off: Discounts) -> Bill:
    """Taxed where it goes; what is picked up, or goes who knows where, at the seller's own place."""
    terms, place = facts.terms.get(group.seller.id), facts.place if way.is_sent else None
    if terms is None or not terms.charges_tax:
        return bill(group, way, off.by_offer, (), place)
    taxed = bill(group, way, off.by_offer, facts.rates, place or Place(terms.country, terms.region))
    return replace(taxed, tax_number=terms.tax_number)
