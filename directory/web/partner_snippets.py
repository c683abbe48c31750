"""What a partner copies into its pages: one table of ways to show the search, and what each needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import request
from markupsafe import escape

from directory.partners.presets import OF_THE_SEARCH, ROWS
from directory.partners.tables import Partner
from directory.phrases import N_
from directory.web.house import house
from directory.web.language import gettext
from directory.web.widget_files import address, exact_version, integrity, reserved_em

USUAL_ROWS = 5
FRAME_HEIGHT = 760


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """For what page: `base` is our own address without a slash; `attributes` of the element, in their order;
    `fields` of the plain form."""

    base: str
    key: str
    rows: int = USUAL_ROWS
    attributes: Sequence[tuple[str, str]] = ()
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to show the search. `title` and `about` are message ids; `policy`: the directives of a Content
    Security Policy in which the page has to name us."""

    code: str
    title: str
    about: str
    policy: tuple[str, ...]
    write: Callable[[Wanted], str]


def _tag(name: str, attributes: Sequence[tuple[str, str]], *flags: str) -> str:
    written = [f'{each}="{escape(value)}"' for each, value in attributes]
    return f"<{' '.join([name, *written, *flags])}>"


def element(wanted: Wanted, *, room: bool = True) -> str:
    """The search's own element, with what shows until its script runs, and where it never does.

    `room`: it keeps the height that it will have, where the page's policy lets a style stand in a page.
    """
    height = f"display:block;min-height:{reserved_em(wanted.rows)}em"
    named = [("key", wanted.key), ("rows", str(wanted.rows)), *wanted.attributes]
    opened = _tag("recovery-search", [*named, *([("style", height)] if room else [])])
    search = f'<a href="{escape(wanted.base)}/search">{escape(gettext("Search for help"))}</a>'
    return f"{opened}\n  {_crisis_line()}\n  {search}\n</recovery-search>"


def _crisis_line() -> str:
    return f'<a href="tel:988">{escape(gettext("In a crisis: call or text 988"))}</a>'


def _floating(wanted: Wanted) -> str:
    script = _tag("script", [("src", wanted.base + address())], "async") + "</script>"
    return f"{script}\n{element(wanted)}"


def _exact(wanted: Wanted) -> str:
    named = [
        ("src", wanted.base + address(exact_version())),
        ("integrity", integrity()),
        ("crossorigin", "anonymous"),
    ]
    return f"{_tag('script', named, 'async')}</script>\n{element(wanted)}"


def _frame(wanted: Wanted) -> str:
    named = [
        ("src", f"{wanted.base}/embed?key={wanted.key}"),
        ("title", gettext("Search for help")),
        ("width", "100%"),
        ("height", str(FRAME_HEIGHT)),
        ("loading", "lazy"),
        ("referrerpolicy", "strict-origin"),
    ]
    return _tag("iframe", named) + "</iframe>"


def _form(wanted: Wanted) -> str:
    opened = _tag("form", [("action", f"{wanted.base}/search"), ("method", "post"), ("target", "_blank")])
    hidden = [
        _tag("input", [("type", "hidden"), ("name", name), ("value", value)])
        for name, value in wanted.fields
        if name != "near"
    ]
    near = _tag("input", [("name", "near"), ("value", dict(wanted.fields).get("near", ""))])
    lines = (
        *hidden,
        f"<label>{escape(gettext('ZIP code, city or county'))} {near}</label>",
        f"<button>{escape(gettext('Search for help'))}</button>",
        _crisis_line(),
    )
    return "\n".join([opened, *(f"  {each}" for each in lines), "</form>"])


def _wordpress(wanted: Wanted) -> str:
    return f"<!-- wp:html -->\n{_floating(wanted)}\n<!-- /wp:html -->"


SCRIPT_POLICY = ("script-src", "connect-src")
WAYS: tuple[Way, ...] = (
    Way(
        "script",
        N_("Script: always the newest"),
        N_("The best choice for most sites. Mistakes are mended for you."),
        SCRIPT_POLICY,
        _floating,
    ),
    Way(
        "exact",
        N_("Script: this version only"),
        N_(
            "For sites that check every script. Browsers run it only as it is today; "
            "copy it anew for a newer one."
        ),
        SCRIPT_POLICY,
        _exact,
    ),
    Way(
        "frame",
        N_("Frame (iframe)"),
        N_("For sites that take no scripts of others. It works without JavaScript."),
        ("frame-src",),
        _frame,
    ),
    Way(
        "form",
        N_("Plain form"),
        N_(
            "Works everywhere, in old browsers too. It opens our own search page, "
            "which shows the whole directory."
        ),
        ("form-action",),
        _form,
    ),
    Way(
        "wordpress",
        N_("WordPress"),
        N_(
            "Open the page’s code editor, or add a block “Custom HTML”, and paste this. "
            "If your WordPress takes out scripts, use the plain form."
        ),
        SCRIPT_POLICY,
        _wordpress,
    ),
)
"""In the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """One way with its text, ready to be copied."""

    code: str
    title: str
    about: str
    text: str
    policy: str
    """What the page's Content Security Policy has to have; a page without a policy needs nothing."""


def snippets(wanted: Wanted) -> list[Snippet]:
    """Every way, for that page."""
    return [
        Snippet(
            each.code,
            gettext(each.title),
            gettext(each.about),
            each.write(wanted),
            " ".join(f"{name} {wanted.base};" for name in each.policy),
        )
        for each in WAYS
    ]


def usual(row: Partner, key: str, tried: Sequence[tuple[str, str]] = ()) -> Wanted:
    """A page of that site, on this instance. `tried`: attributes that the page sets beside the site's own
    presets, which need not be written into it: they come with the first answer."""
    rows = dict(tried).get("rows") or str(row.presets.get("rows", USUAL_ROWS))
    return Wanted(
        base=house().settings.public_url.rstrip("/") or request.host_url.rstrip("/"),
        key=key,
        rows=int(rows) if rows.isdecimal() and int(rows) in ROWS else USUAL_ROWS,
        attributes=[each for each in tried if each[0] != "rows"],
        fields=[
            (name, each)
            for name, value in row.presets.items()
            if name in OF_THE_SEARCH
            for each in ([value] if isinstance(value, str) else value)
        ],
    )
