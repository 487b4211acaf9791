"""The last gate for HTML: only these tags, attributes and addresses leave it."""

import nh3

TAGS = {
    "a", "p", "br", "hr", "em", "strong", "b", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "img", "span", "div",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "class"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "span": {"class"},
    "div": {"class"},
}
CLASSES = {"a": {"mention"}, "div": {"code"}}


def clean(rendered: str) -> str:
    """Safe HTML: no scripts, styles, forms, ids, handlers, or addresses but http(s), mailto and this site's own."""
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )


def strip_tags(rendered: str) -> str:
    spaced = (
        rendered.replace("<br", " <br").replace("</p>", "</p> ").replace("</li>", "</li> ").replace("</td>", "</td> ")
    )
    return nh3.clean(spaced.replace("</h", " </h").replace("</pre>", "</pre> "), tags=set())


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        if tag == "span":  # Pygments' short token names
            return value if len(value) <= 3 and value.isalnum() else None
        return value if value in CLASSES.get(tag, ()) else None
    if tag == "img" and attribute == "src":
        return value if value.startswith("/pictures/") else None
    return value
