"""Where the element cannot be: the frame, and a form by itself."""

from playwright.sync_api import expect

from tests.browser.test_axe import violations
from tests.browser.widget.visits import Enter, World


def test_the_frame_is_as_high_as_its_page_and_works_without_scripts(visit: Enter, world: World) -> None:
    frame = world.frame("&near=19104&need=detox&per_page=3")
    found = visit(viewport={"width": 768, "height": 800}).page
    found.goto(world.host.put("/frame", world.script + frame))
    found.wait_for_function("document.querySelector('iframe').height > 900")
    assert violations(found) == []
    inside = found.frame_locator("iframe")
    expect(inside.locator("article.card")).to_have_count(3)
    assert found.frames[1].evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    without = visit(java_script_enabled=False).page
    without.goto(world.host.put("/frame-plain", frame))
    plain = without.frame_locator("iframe")
    plain.get_by_label("Where?").fill("Reading, PA")
    plain.get_by_role("button", name="Search").first.click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("Reading")


def test_a_page_of_another_site_cannot_frame_it_nor_move_the_frame(visit: Enter, world: World) -> None:
    frame = world.frame()
    at = world.host.put("/thief", frame).replace("localhost", "127.0.0.1")
    found = visit()
    found.context.route(f"{at}**", lambda route: route.continue_())
    found.page.goto(at)
    expect(found.page.frame_locator("iframe").locator("article")).to_have_count(0)
    assert any("frame-ancestors" in each for each in found.errors)
    world.host.put("/liar", "<p>Higher!</p>")
    liar = f'{world.script}<iframe src="{world.host.origin}/liar" title="Other" height="400"></iframe>'
    other = visit().page
    other.add_init_script("window.heard = 0; addEventListener('message', () => { window.heard += 1 })")
    other.goto(world.host.put("/around-liar", liar))
    other.wait_for_function("customElements.get('recovery-search') !== undefined")
    other.frames[1].evaluate("parent.postMessage({type: 'recovery-search:height', height: 5000}, '*')")
    other.wait_for_function("window.heard === 1")
    assert other.evaluate("document.querySelector('iframe').height") == "400"


def test_a_form_alone_leads_to_the_search(visit: Enter, world: World) -> None:
    form = f"""<form action="{world.home}/search"><label>ZIP code or city <input name="near"></label>
      <input type="hidden" name="need" value="detox"><button>Find help</button></form>"""
    found = visit(java_script_enabled=False).page
    found.goto(world.host.put("/form", form))
    found.get_by_label("ZIP code or city").fill("19104")
    found.get_by_role("button", name="Find help").click()
    expect(found.get_by_role("heading", level=1)).to_have_text("Detox near Philadelphia, PA 19104")
