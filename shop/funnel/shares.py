"""What is left of an order, shared out among its products to the cent.

By the largest remainder (Hamilton's method): each gets the whole cents of its share in the goods, and the cents that
are left over go to the largest fractions, the oldest product first among equals. So the shares of an order add up to
what is left of it, whatever went back: a refund is of an order, not of one of its lines.
"""

from typing import Any

from sqlalchemy import BigInteger, case, cast, func, select

LARGEST = 9 * 10**18  # of a 64-bit number


def shared_out(parts: Any) -> Any:
    """`parts`: rows (order_id, product_id, goods, whole, amount), the last two those of the order. With `share` added.

    Tables side by side (CTEs): one within the other they are deeper than SQLite's parser.

    The weights are cents; in an order of more than thirty million of the currency they are rounded to seven digits, so
    that no product leaves 64 bits.
    """
    room = LARGEST // case((parts.c.amount > 0, parts.c.amount), else_=1)
    weighed = select(parts, (parts.c.goods // (parts.c.whole // room + 1)).label("weight")).cte()
    together = cast(func.sum(weighed.c.weight).over(partition_by=weighed.c.order_id), BigInteger)
    each = select(weighed, together.label("together")).cte()
    times = each.c.amount * each.c.weight
    cut = select(each, (times // each.c.together).label("floor"), (times % each.c.together).label("rest")).cte()
    place = func.row_number().over(partition_by=cut.c.order_id, order_by=(cut.c.rest.desc(), cut.c.product_id))
    given = cast(func.sum(cut.c.floor).over(partition_by=cut.c.order_id), BigInteger)
    last = select(cut, place.label("place"), (cut.c.amount - given).label("over")).cte()
    share = last.c.floor + case((last.c.place <= last.c.over, 1), else_=0)
    return select(last, share.label("share")).cte()
