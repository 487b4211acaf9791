"""What may be put into a cart."""

from wtforms.validators import InputRequired

from core.errors import Invalid, Missing
from core.forms import REQUIRED, Form, WholeField
from core.i18n import _l


class CartForm(Form):
    offer = WholeField(_l("Offer"), [InputRequired(REQUIRED)], low=1, high=999_999_999)
    quantity = WholeField(_l("Quantity"), low=0, high=1_000_000, default=1)

    @property
    def offer_id(self) -> int:
        """Missing for what is no number of an offer."""
        if not self.validate() and self.offer.errors:
            raise Missing
        return int(self.offer.data or 0)

    @property
    def units(self) -> int:
        """One unless it says more; Invalid for what is no quantity."""
        if not self.validate() and self.quantity.errors:
            raise Invalid("quantity", str(self.quantity.errors[0]))
        return 1 if self.quantity.data is None else int(self.quantity.data)
