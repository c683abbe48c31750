"""What the tests of the widget share: the page a partner writes, a visitor's browser, what they wait for."""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import BrowserContext, Page, Route, expect

from directory.web.widget_files import address
from tests.browser.widget.hosts import Host, Seen

SEARCH = "**/widget/v1/search?*"
CHILDREN = '<a href="tel:988">Call 988</a> <a href="https://help.example/search">Find help</a>'
HOSTILE = """<style>
* { all: unset !important; font-size: 40px !important; display: none !important; color: #eee !important }
html, head, body, main, h1 { display: block !important }
recovery-search { opacity: 0; position: fixed; left: -999px }
</style>"""
SHIFTS = """
  window.shift = 0;
  const add = (entries) => {
    for (const each of entries) if (!each.hadRecentInput) window.shift += each.value;
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  window.shifted = async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    add(observer.takeRecords());
    return window.shift;
  };
"""
"""`shifted()` is how much has jumped so far (cumulative layout shift), after everything is painted."""


class World(NamedTuple):
    """The program at `home`, a site at `host`, and keys: of a plain site, of one that has set a lot."""

    home: str
    host: Host
    seen: Seen
    plain: str
    county: str

    @property
    def script(self) -> str:
        """The one script, as a partner writes it."""
        return f'<script src="{self.home}{address()}" async></script>'

    def widget(self, key: str = "", **attributes: str) -> str:
        """The one element."""
        written = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
        return f'<recovery-search key="{key or self.plain}"{written}>{CHILDREN}</recovery-search>'

    def page(self, path: str, *, body: str = "", head: str = "", key: str = "", **attributes: str) -> str:
        """The address of a page with one widget; `body` stands below it."""
        return self.host.put(path, f"{self.script}{self.widget(key, **attributes)}{body}", head)

    def frame(self, query: str = "") -> str:
        """The frame, as a partner writes it."""
        address = f"{self.home}/embed?key={self.plain}{query}"
        return f'<iframe src="{address}" title="Find help" width="100%" height="400"></iframe>'


class Visit(NamedTuple):
    """A visitor's browser, and what it should not have done."""

    context: BrowserContext
    page: Page
    foreign: list[str]
    errors: list[str]


Enter = Callable[..., Visit]
"""Opens a visitor's browser, with options."""


def keep(held: list[Route]) -> Callable[[Route], None]:
    """Holds requests back, for the test to let them through."""

    def hold(route: Route) -> None:
        held.append(route)

    return hold


def shown(page: Page, within: str = "recovery-search") -> None:
    """Waits for results."""
    expect(page.locator(f"{within} li.result").first).to_be_visible()


def lines_stand(page: Page) -> None:
    """The three numbers are there and can be called."""
    for number in ("tel:988", "tel:911", "tel:+18006624357"):
        expect(page.locator(f'recovery-search .crisis a[href="{number}"]')).to_be_visible()
