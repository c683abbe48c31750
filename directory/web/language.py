"""The language of an answer, and everything that is written differently in it.

The language is `?lang=` (or the form's field), else the browser's, else the instance's. A language given
in the address is carried through every link and form; no cookie remembers it.
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask_babel
from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time, get_day_names
from babel.numbers import format_currency, format_decimal
from flask import Flask, g, request
from flask_babel import Babel
from werkzeug.exceptions import HTTPException

from directory.phrases import Phrase

LANGUAGES = {"en": "English", "es": "Español"}
"""Language codes that everything fixed is written in, with their own names."""
LOCALES = {"en": "en_US", "es": "es_US"}
"""How numbers, dates and times are written: as people of that language in the United States do."""
LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"
UNDER_LANGUAGE = ("static", "crawlers.", "site.leave", "health.", "api.")
"""Endpoints whose address never carries a language."""


def given_language() -> str | None:
    """The language that the address, form or JSON object asks for, if it is one of ours."""
    wanted = _posted_language() or request.args.get("lang")
    return wanted if isinstance(wanted, str) and wanted in LANGUAGES else None


def _posted_language() -> object:
    if request.method != "POST":
        return None
    try:
        body = request.get_json(silent=True) if request.is_json else request.form
    except HTTPException:
        # Too large to be read: that is answered as such, in the browser's language.
        return None
    return body.get("lang") if isinstance(body, Mapping) else None


def language() -> str:
    """The language code of this answer."""
    if "language" not in g:
        default: str = g.get("default_language", "en")
        g.language = given_language() or request.accept_languages.best_match(list(LANGUAGES), default)
    return str(g.language)


def speak(code: str) -> None:
    """From here on the answer is in that language, whatever its address asks for."""
    g.language = code
    g.pop("translations", None)
    flask_babel.refresh()


def locale() -> str:
    """The Babel locale of this answer."""
    return LOCALES[language()]


def _translations() -> NullTranslations:
    """Looked up once per answer: a results page says some two hundred fixed sentences."""
    if "translations" not in g:
        g.translations = flask_babel.get_translations()
    found: NullTranslations = g.translations
    return found


def gettext(message: str, **values: object) -> str:
    """A fixed sentence in the language of this answer, with its values put in."""
    text = _translations().gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The same for a countable sentence: `num` decides which form."""
    text = _translations().ngettext(one, many, num)
    return text % values if values else text


def say(phrase: Phrase | str) -> str:
    """A sentence of a lower room in the language of this answer, its times and numbers written as there."""
    if isinstance(phrase, str):
        return gettext(phrase)
    return _written(phrase).translated(gettext, ngettext)


def _written(phrase: Phrase) -> Phrase:
    return Phrase(
        phrase.message, {name: _value(name, each) for name, each in phrase.values.items()}, phrase.plural
    )


def _value(name: str, value: object) -> object:
    if isinstance(value, Phrase):
        return _written(value)
    if isinstance(value, dt.time | dt.datetime):
        return time_text(value)
    if isinstance(value, dt.date):
        return date_text(value)
    return number_text(value, 1) if isinstance(value, int | float) and name != "num" else value


def direction() -> str:
    """The direction of writing: `ltr` or `rtl`."""
    return Locale.parse(locale()).text_direction


def number_text(value: float, digits: int = 0) -> str:
    """A number with at most `digits` decimals: 12,345 or 1.3."""
    return _number_text(round(value, digits), locale())


@lru_cache(1024)
def _number_text(value: float, locale: str) -> str:
    return format_decimal(value, locale=locale)


def time_text(value: dt.time | dt.datetime) -> str:
    """A time of day: 9:00 AM."""
    return format_time(value, "short", locale=locale()).replace("\u202f", " ")


def date_text(value: dt.date | str | None) -> str:
    """A date, given as such or in ISO form: Dec 31, 2024."""
    if not value:
        return ""
    date = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return _date_text(date.year, date.month, date.day, locale())


@lru_cache(1024)
def _date_text(year: int, month: int, day: int, locale: str) -> str:
    return format_date(dt.date(year, month, day), locale=locale)


def day_text(value: dt.date) -> str:
    """A day within a year: May 1."""
    return format_skeleton("MMMd", value, locale=locale())


def moment_text(value: dt.datetime) -> str:
    """Weekday, day and time: Monday, Nov 23, 6:30 PM."""
    pattern = "EEEE, MMM d, h:mm a" if language() == "en" else "EEEE d 'de' MMMM, h:mm a"
    return format_datetime(value, pattern, tzinfo=value.tzinfo, locale=locale()).replace("\u202f", " ")


def weekday_text(number: int) -> str:
    """The name of a weekday; 0 is Sunday."""
    names: Mapping[int, str] = get_day_names("wide", locale=locale())
    return names[(number + 6) % 7]


def money_text(amount: float, currency: str | None) -> str:
    """An amount of money: $25.00."""
    return format_currency(amount, currency or "USD", locale=locale())


def carry_language(endpoint: str, values: dict[str, Any]) -> None:
    """Flask's `url_defaults`: a link made while a language is asked for asks for it too."""
    if not endpoint.startswith(UNDER_LANGUAGE):
        asked = given_language()
        if asked is not None:
            values.setdefault("lang", asked)


def other_languages() -> list[tuple[str, str, str]]:
    """(code, own name, address) of this page in every other language; a form's answer leads to the start."""
    found = []
    for code, name in LANGUAGES.items():
        if code == language():
            continue
        arguments = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
        found.append((code, name, _address([*arguments, ("lang", code)])))
    return found


def _address(arguments: list[tuple[str, str]]) -> str:
    path = request.path if request.url_rule is not None and request.method in ("GET", "HEAD") else "/"
    return f"{path}?{urlencode(arguments)}" if path == request.path else f"/?{urlencode(arguments[-1:])}"


def init_language(app: Flask, default: str) -> None:
    """Translations, formats and the template functions that use them."""

    def begin() -> None:
        g.default_language = default if default in LANGUAGES else "en"

    app.before_request(begin)
    app.url_defaults(carry_language)
    Babel(
        app,
        default_locale="en",
        default_translation_directories=str(LOCALE_FOLDER),
        locale_selector=language,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=gettext, ngettext=ngettext, newstyle=True
    )
    for function in (
        say,
        language,
        given_language,
        number_text,
        time_text,
        date_text,
        direction,
        moment_text,
        weekday_text,
        money_text,
        other_languages,
    ):
        app.jinja_env.globals[function.__name__] = function
