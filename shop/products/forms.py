"""The sell form, and how it is prefilled from what the thread says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from core.errors import Invalid
from core.forms import REQUIRED, Form, Line, WholeField, choices, whole
from core.i18n import _, _l
from core.money import BadAmount, format_plain, parse_amount
from core.text import check_line
from shop.products.guess import guess_offer
from shop.products.queries import OfferCard, Selling
from shop.products.rules import MOST_STOCK, Terms

LAST = 10**9  # where a picture without a number stands
CONDITION_NAMES = {
    "new": _l("Brand new"),
    "like_new": _l("Like new"),
    "good": _l("Good"),
    "fair": _l("Fair"),
    "parts": _l("For parts"),
}


class Amount:
    """Validator of money as people type it. `field.minor` is its value in minor units of the form's `currency`."""

    def __init__(self, *, optional: bool = False):
        self.optional = optional

    def __call__(self, form: Any, field: Any) -> None:
        field.minor = 0
        if not (field.data or "").strip():
            if self.optional:
                return
            raise ValidationError(str(REQUIRED))
        try:
            field.minor = parse_amount(field.data, form.currency)
        except BadAmount as problem:
            raise ValidationError(str(problem)) from problem


class SellForm(Form):
    """`delivery_shown` tells a browser's unticked boxes from a script that knows nothing of delivery."""

    title = StringField(_l("Title"), [Line(120)])
    price = StringField(_l("Price"), [Amount()])
    stock = WholeField(_l("How many"), [InputRequired(REQUIRED)], low=0, high=MOST_STOCK, default=1)
    stock_was = HiddenField()
    condition = SelectField(
        _l("Condition"),
        choices=choices(CONDITION_NAMES),
        default="good",
        validate_choice=False,
    )
    limit_per_member = WholeField(_l("Most for one member"), low=1, high=MOST_STOCK)
    delivery_shown = HiddenField()
    ships = BooleanField(_l("I send it"))
    shipping = StringField(_l("Postage"), [Amount(optional=True)])
    picks_up = BooleanField(_l("It can be picked up"))
    pick_up_place = StringField(_l("Where"), [Line(120, optional=True)])
    picture = RadioField(_l("Picture"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, currency: str, pictures: list[str], lead: OfferCard | None = None, **kwargs: Any):
        self.currency, self.pictures, self.lead = currency, pictures, lead
        super().__init__(*args, **kwargs)
        if lead is not None and lead.product.has_variants:  # each has a price and a stock of its own
            del self.price, self.stock
        self.picture.choices = [*map(SelectChoice, pictures), SelectChoice("", _("No picture"))]

    def terms(self, details: dict[str, str] | None = None) -> Terms:
        """What was typed; Invalid for a picture that does not hang in the thread."""
        return Terms(
            title=self.title.data,
            price=self.price.minor if self.price else self.lead.price if self.lead else 0,
            currency=self.currency,
            stock=(self.stock.data or 0) if self.stock else 0,
            details=details,
            stock_was=_whole(self.stock_was),
            condition=self.condition.data,
            limit_per_member=self.limit_per_member.data,
            ships=self.ships.data or self._knows_no_delivery(),
            shipping=self.shipping.minor,
            picks_up=self.picks_up.data,
            pick_up_place=self.pick_up_place.data,
            picture_key=self._picture(),
        )

    def _knows_no_delivery(self) -> bool:
        return not self.delivery_shown.data and not self.picks_up.data

    def _picture(self) -> str | None:
        if self.picture.data is None and not self.delivery_shown.data:
            return self.pictures[0] if self.pictures else None
        if self.picture.data and self.picture.data not in self.pictures:
            raise Invalid("picture", _("Choose one of these."))
        return self.picture.data or None


def _whole(field: Field) -> int | None:
    return whole(field.data)


@dataclass(frozen=True)
class PictureLine:
    """A picture of the opening post in the form that puts them in order."""

    key: str
    place: str
    alt: str
    is_shown: bool


def picture_lines(selling: Selling, typed: Mapping[str, str] | None = None) -> list[PictureLine]:
    """Those that are shown first, in their order; `typed` when the form comes back."""
    gallery = selling.card.product.gallery if selling.card else []
    shown = {picture["key"]: (str(number), picture["alt"], True) for number, picture in enumerate(gallery, 1)}
    keys = [*shown, *(picture.key for picture in selling.pictures if picture.key not in shown)]
    if typed is not None:
        shown = {key: _typed_picture(key, typed) for key in keys}
    return [PictureLine(key, *shown.get(key, ("", "", False))) for key in keys]


def _typed_picture(key: str, typed: Mapping[str, str]) -> tuple[str, str, bool]:
    return typed.get(f"place-{key}", ""), typed.get(f"alt-{key}", ""), f"show-{key}" in typed


def pictures_of(keys: list[str], typed: Mapping[str, str]) -> list[dict[str, str]]:
    """What is to be shown, by its number, then as it came. Invalid for an alt text that is none."""
    told = [(key, *_typed_picture(key, typed)) for key in keys]
    shown = [(whole(place) or LAST, key, alt) for key, place, alt, is_shown in told if is_shown]
    shown.sort(key=lambda each: each[0])
    return [{"key": key, "alt": check_line(alt, "alt", 200) if alt.strip() else ""} for _place, key, alt in shown]


def prefill(selling: Selling, currency: str) -> dict[str, Any]:
    """The form's first values: the product as it is, or what its thread's title and opening post suggest."""
    values = _of_product(selling) if selling.card else _of_thread(selling, currency)
    return {**values, "delivery_shown": "yes"}


def _of_product(selling: Selling) -> dict[str, Any]:
    card = selling.card
    assert card is not None
    product, offer = card.product, card.offer
    names = ("title", "condition", "ships", "picks_up", "pick_up_place")
    return {
        **{name: getattr(product, name) for name in names},
        "price": format_plain(offer.price, offer.currency),
        "shipping": format_plain(offer.shipping, offer.currency) if offer.shipping else "",
        "stock": selling.on_hand,
        "stock_was": selling.on_hand,
        "limit_per_member": offer.limit_per_member,
        "picture": product.picture_key or "",
    }


def _of_thread(selling: Selling, currency: str) -> dict[str, Any]:
    guess = guess_offer(selling.thread.title, selling.opening.body)
    return {
        "title": guess.title[:120],
        "price": guess.price_text if guess.currency in (None, currency) else None,
        "stock": 1,
        "condition": guess.condition or "good",
        "ships": guess.delivery != "pick_up",
        "picks_up": guess.delivery == "pick_up",
        "picture": selling.pictures[0].key if selling.pictures else "",
    }


__all__ = ["CONDITION_NAMES", "Amount", "SellForm", "picture_lines", "pictures_of", "prefill"]
