"""The address of a page for those who come from elsewhere: absolute, one per page and language."""

from urllib.parse import quote, urlencode

from flask import Flask, request

from directory.web.house import house
from directory.web.language import LANGUAGES, given_language


def site_address() -> str:
    """Where people reach this instance, without a slash at the end: as set, else as it was asked."""
    return (house().settings.public_url or request.url_root).rstrip("/")


def canonical() -> str:
    """The one address of this page in the language that it is asked for."""
    return _here(given_language())


def alternates() -> list[tuple[str, str]]:
    """(hreflang, address) of this page in each language, and in the visitor's own."""
    return [*((code, _here(code)) for code in LANGUAGES), ("x-default", _here(None))]


def _here(lang: str | None) -> str:
    address = site_address() + quote(request.path)
    return f"{address}?{urlencode({'lang': lang})}" if lang else address


def init_indexing(app: Flask) -> None:
    """Gives the templates of `app` these addresses."""
    for function in (site_address, canonical, alternates):
        app.jinja_env.globals[function.__name__] = function
