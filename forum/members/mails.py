"""The mails about an account. Pure: subject and body."""

from core.i18n import _


def verification(name: str, link: str) -> tuple[str, str]:
    body = _(
        "Hello %(name)s,\n\nopen this link and confirm that this is your mail address:\n\n%(link)s\n\n"
        "It works for two days. If you did not ask for it, you need not do anything.\n",
        name=name,
        link=link,
    )
    return _("Confirm your mail address"), body


def reset(name: str, link: str) -> tuple[str, str]:
    body = _(
        "Hello %(name)s,\n\nopen this link to choose a new password:\n\n%(link)s\n\n"
        "It works once, for one hour. If you did not ask for it, you need not do anything: your password stays.\n",
        name=name,
        link=link,
    )
    return _("Choose a new password"), body


def claim(name: str, link: str) -> tuple[str, str]:
    body = _(
        "Hello,\n\nthe account %(name)s, with all that was written under this name, is yours. "
        "Open this link to choose a password:\n\n%(link)s\n\nIt works once, for one hour; "
        "later you can ask for a new one on the page where one signs in.\n",
        name=name,
        link=link,
    )
    return _("Your account %(name)s", name=name), body


def password_changed(name: str) -> tuple[str, str]:
    body = _(
        "Hello %(name)s,\n\nyour password was changed, and all other browsers were signed out.\n"
        "If this was not you, choose a new one at once with “Forgot your password?”.\n",
        name=name,
    )
    return _("Your password was changed"), body


def email_changed(name: str, email: str) -> tuple[str, str]:
    body = _(
        "Hello %(name)s,\n\nyour account now uses the mail address %(email)s, no longer this one.\n"
        "If this was not you, write to the people who run this site.\n",
        name=name,
        email=email,
    )
    return _("Your mail address was changed"), body
