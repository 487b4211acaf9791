"""What the stockroom says, in the reader's language."""

from core.i18n import _, ngettext
from forum.notices.models import Notice
from forum.notices.sentences import says


@says("stock-low", "package")
def low(notice: Notice) -> str:
    title, left = notice.facts["title"], int(notice.facts["left"])
    if not left:
        return _("There is nothing left of “%(title)s”.", title=title)
    return ngettext("Only %(num)s is left of “%(title)s”.", "Only %(num)s are left of “%(title)s”.", left, title=title)
