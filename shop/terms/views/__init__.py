"""HTTP of terms: the seller's pages and the operator's table of taxes."""

from shop.terms.views.base import blueprint
from shop.terms.views.seller import show
from shop.terms.views.taxes import taxes

__all__ = ["blueprint", "show", "taxes"]
