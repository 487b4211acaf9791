"""Where providers call. Kept as it came and answered at once; the worker reads it and asks the provider."""

from flask import Blueprint, Response, current_app, request

from core.errors import Missing
from core.limits import address, limit
from shop.providers import commands, kinds

blueprint = Blueprint("provider_callbacks", __name__)
LARGEST = 64 * 1024
WORTH_KEEPING = ("content-type", "stripe-signature", "x-time", "x-nonce", "x-signature")


@blueprint.post("/payments/callbacks/<provider>")
def keep(provider: str) -> Response:
    limit("callback", address())
    found = kinds.caller(provider, current_app.extensions["settings"])
    if found is None:
        raise Missing
    body = request.get_data(cache=False, parse_form_data=False) if _is_small() else b""
    if not body:
        return Response("", 400)
    commands.keep_callback(provider, _headers(), body)
    text, kind = found.thanks()
    return Response(text, 200, mimetype=kind)


def _is_small() -> bool:
    return 0 < (request.content_length or 0) <= LARGEST


def _headers() -> dict[str, str]:
    named = {name.lower(): value[:2000] for name, value in request.headers.items()}
    return {name: value for name, value in named.items() if name in WORTH_KEEPING or name.startswith("wechatpay-")}
