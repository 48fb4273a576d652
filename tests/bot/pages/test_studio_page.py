"""The studio in a browser."""

import sys
import threading
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from bot.pages import draft
from bot.pages.editor import UNKEPT
from bot.state.store import Store
from index.explain import Part
from index.generation import Generations
from tests.bot.conftest import FULL, fake_assistant, running, serious, too_small
from tests.bot.fakes import FakeIndex
from tests.bot.pages.studio import OLD, OLDER, RETURNS, RETURNS_AR, evaluation, measured, publish, recorded

expect = pytest.importorskip("playwright.sync_api").expect

BUILD = """
import json, os, sys, time
print(json.dumps({"stage": "embed", "done": 1, "total": 2}), file=sys.stderr, flush=True)
while not os.path.exists(sys.argv[1]): time.sleep(0.02)
if os.path.getsize(sys.argv[1]): sys.exit(open(sys.argv[1]).read())
print(json.dumps({"generation": "20260301-120000-abcdef", "articles": 3, "passages": 9, "embedded": 4,
    "reused": 5, "languages": {"en": 2}, "problems": [{"where": "x.md:1", "what": "odd"}], "seconds": 1.5}))
"""


@pytest.fixture
def gate(tmp_path, monkeypatch):
    """A build that ends when this file appears: with what is written in it as the refusal, if anything."""
    script, gate = tmp_path / "build.py", tmp_path / "gate"
    script.write_text(BUILD, encoding="utf-8")
    line = (sys.executable, str(script), str(gate))
    monkeypatch.setattr("bot.rebuild.command", lambda settings: line)
    yield gate
    gate.touch()  # no build outlives its test


@pytest.fixture
def site(tmp_path, folder, gate):
    """A server whose articles and generations are the test's own."""
    with running(fake_assistant(tmp_path, measured(**evaluation()).index)) as address:
        yield address


@pytest.fixture
def visit(chromium, site):
    """Opens the studio as a further editor; what goes wrong in the browser fails the test."""
    contexts, faults = [], []

    def opened(**more):
        contexts.append(chromium.new_context(reduced_motion="reduce", **more))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{site}/studio")
        page.locator(".listing").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def edit(page, path):
    page.locator(f'.listing button[value="{path}"]').click()
    page.locator("#preview article").wait_for()
    return page.locator("#source textarea")


def begin(page, title, expected, language=None):
    """Begins an article; the fields are those of no article begun before."""
    page.get_by_role("button", name="New article").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("")
    expect(page.locator("#new-slug textarea")).to_have_value("")
    expect(page.locator("#new-language input")).to_have_value("English")
    page.get_by_label("Title", exact=True).fill(title)
    if language is not None:
        page.locator("#new-language input").fill(language)
        page.locator('[role="option"]', has_text=language).click()
    slug = expected.partition("/")[2].removesuffix(".md")
    expect(page.locator("#new-slug textarea")).to_have_value(slug)
    page.get_by_role("button", name="Begin").click()
    page.locator("#state", has_text=expected).wait_for()


def told(page, text):
    page.locator("#told", has_text=text).wait_for()


@pytest.mark.browser
def test_an_arabic_article_is_edited_beside_its_preview_and_saved(visit, folder):
    page = visit()
    source = edit(page, "ar/returns.md")
    source.fill(RETURNS_AR + "\nسطر **جديد**.\n")
    page.locator("#preview strong", has_text="جديد").wait_for()
    preview = page.locator("#preview article")
    assert preview.evaluate("element => getComputedStyle(element).direction") == "rtl"
    page.locator("#state", has_text="unsaved changes").wait_for()
    page.locator("#save").click()
    told(page, "Saved ar/returns.md")
    assert (folder / "ar/returns.md").read_text(encoding="utf-8").endswith("سطر **جديد**.\n")
    assert recorded(folder.parent) == [("local", "article saved", "ar/returns.md")]


@pytest.mark.browser
def test_problems_of_the_text_are_shown_before_it_is_saved_and_scripts_stay_text(visit, folder):
    page = visit()
    source = edit(page, "en/returns.md")
    source.fill(RETURNS.replace("reviewed: 2026-03-01", "audience: all") + "\n<script>alert(1)</script>\n")
    page.locator("#state", has_text='unknown audience "all"').wait_for()
    page.locator("#preview", has_text="<script>alert(1)</script>").wait_for()
    assert (folder / "en/returns.md").read_text(encoding="utf-8") == RETURNS


@pytest.mark.browser
def test_a_link_that_leads_nowhere_is_told_while_it_is_written_until_its_article_is_there(visit, folder):
    page = visit()
    source = edit(page, "en/returns.md")
    source.fill(RETURNS + "\nSee [old](ald.md) and [gifts](gifts.md).\n")
    faults = page.locator("#state li")
    expect(faults).to_have_text(
        [
            'en/returns.md:9 the link "ald.md" leads nowhere: is old.md meant?',
            'en/returns.md:9 the link "gifts.md" leads nowhere, there is no en/gifts.md: '
            "name the file of an article, such as returns.md, or take the link out",
        ]
    )
    page.locator("#save").click()
    told(page, "Saved en/returns.md")
    other = visit()
    other.get_by_role("tab", name="Edit").click()
    begin(other, "Gifts", expected="en/gifts.md")
    other.locator("#save").click()
    told(other, "Saved en/gifts.md")
    source.fill(RETURNS + "\nSee [old](old.md) and [gifts](gifts.md).\n")
    expect(page.locator("#state", has_text="unsaved changes")).to_be_visible()
    expect(faults).to_have_count(0)


@pytest.mark.browser
def test_two_editors_lose_nothing(visit, folder):
    file = folder / "en/returns.md"
    page = visit()
    mine = edit(page, "en/returns.md")
    mine.fill(RETURNS + "Mine.\n")
    file.write_text(RETURNS + "Theirs.\n", encoding="utf-8")
    page.locator("#save").click()
    told(page, "was changed since you opened it")
    assert "Theirs." in page.locator("#told del").all_inner_texts()[-1]
    expect(mine).to_have_value(RETURNS + "Mine.\n")
    assert file.read_text(encoding="utf-8") == RETURNS + "Theirs.\n"
    page.get_by_role("button", name="Save mine over").click()
    told(page, "Saved en/returns.md")
    assert file.read_text(encoding="utf-8") == RETURNS + "Mine.\n"


@pytest.fixture
def slow(monkeypatch):
    """A file is written once it may `go_on`; whether that has `begun`, and what was to be written."""
    slow = SimpleNamespace(begun=threading.Event(), go_on=threading.Event(), texts=[])
    save = draft.save

    def slowly(folder, one):
        slow.texts.append(one.text)
        slow.begun.set()
        assert slow.go_on.wait(60)
        return save(folder, one)

    monkeypatch.setattr(draft, "save", slowly)
    return slow


@pytest.mark.browser
def test_what_is_typed_while_the_text_is_saved_is_kept_and_not_called_saved(visit, slow):
    page = visit()
    source = edit(page, "en/returns.md")
    source.fill(RETURNS + "Saved.\n")
    page.locator("#save").click()
    assert slow.begun.wait(60)
    source.fill(RETURNS + "Saved, **typed**.\n")
    page.locator("#preview strong", has_text="typed").wait_for()
    slow.go_on.set()
    told(page, "Saved en/returns.md")
    page.locator("#state", has_text="unsaved changes").wait_for()
    page.reload()
    told(page, "Your unsaved text of en/returns.md is back")
    expect(source).to_have_value(RETURNS + "Saved, **typed**.\n")
    page.locator("#save").click()
    told(page, "Saved en/returns.md")
    page.locator("#state .good", has_text="saved").wait_for()


@pytest.mark.browser
def test_save_pressed_again_while_the_first_runs_saves_the_first_and_keeps_what_was_typed_since(
    visit, folder, slow
):
    page = visit()
    source = edit(page, "en/returns.md")
    source.fill(RETURNS + "First.\n")
    page.locator("#save").click()
    assert slow.begun.wait(60)
    source.fill(RETURNS + "First, **second**.\n")
    page.locator("#preview strong", has_text="second").wait_for()
    page.locator("#save").click()
    slow.go_on.set()
    told(page, "Saved en/returns.md")
    page.locator("#state", has_text="unsaved changes").wait_for()
    assert slow.texts == [RETURNS + "First.\n"]
    assert (folder / "en/returns.md").read_text(encoding="utf-8") == RETURNS + "First.\n"
    page.reload()
    told(page, "Your unsaved text of en/returns.md is back")
    expect(source).to_have_value(RETURNS + "First, **second**.\n")
    page.locator("#save").click()
    told(page, "Saved en/returns.md")
    assert (folder / "en/returns.md").read_text(encoding="utf-8") == RETURNS + "First, **second**.\n"


@pytest.mark.browser
def test_what_was_typed_comes_back_after_a_reload_until_it_is_discarded(visit):
    page = visit()
    edit(page, "en/returns.md").fill(RETURNS + "Typed.\n")
    page.reload()
    told(page, "Your unsaved text of en/returns.md is back")
    source = page.locator("#source textarea")
    expect(source).to_have_value(RETURNS + "Typed.\n")
    page.get_by_role("button", name="Discard").click()
    told(page, "This is the text of the file")
    expect(source).to_have_value(RETURNS)
    page.reload()
    page.locator(".listing").wait_for()


@pytest.mark.browser
def test_a_browser_that_has_no_room_left_is_told_and_what_it_kept_before_gives_way_to_what_was_saved(
    visit, folder
):
    page = visit()
    source, full = edit(page, "en/returns.md"), page.locator("#unkept", has_text=UNKEPT)
    source.fill(RETURNS + "Kept.\n")
    assert full.is_hidden()
    page.evaluate(FULL)
    source.fill(RETURNS + "Kept, and saved.\n")
    full.wait_for()
    page.locator(".unseen[role=status]", has_text=UNKEPT).wait_for(state="attached")
    assert page.evaluate(KEPT) == [RETURNS + "Kept.\n"]
    page.locator("#save").click()
    told(page, "Saved en/returns.md")
    full.wait_for(state="hidden")
    assert page.evaluate(KEPT) == []
    assert (folder / "en/returns.md").read_text(encoding="utf-8") == RETURNS + "Kept, and saved.\n"


KEPT = """() => Object.entries(localStorage)
    .filter(([name]) => name.startsWith("askdesk draft "))
    .map(([_, draft]) => JSON.parse(draft).text)"""


@pytest.mark.browser
def test_a_new_article_is_begun_written_and_saved(visit, folder):
    page = visit()
    page.get_by_role("tab", name="Edit").click()
    begin(page, "Gift cards", expected="en/gift-cards.md")
    source = page.locator("#source textarea")
    source.press("Control+End")
    source.press_sequentially("They last three years.")
    page.locator("#preview p", has_text="They last three years.").wait_for()
    page.locator("#save").click()
    told(page, "Saved en/gift-cards.md")
    assert "They last three years." in (folder / "en/gift-cards.md").read_text(encoding="utf-8")
    expect(page.get_by_label("Title", exact=True)).to_be_hidden()
    begin(page, "Verlorene Karten", expected="de/verlorene-karten.md", language="Deutsch")
    begin(page, "Lost cards", expected="en/lost-cards.md")
    assert "Lost cards" in source.input_value()


@pytest.mark.browser
def test_an_article_is_moved_and_removed_and_what_led_to_it_is_told(visit, folder):
    (folder / "en/old.md").write_text(OLD + "\nSee [returns](returns.md).\n", encoding="utf-8")
    page = visit()
    source = edit(page, "en/returns.md")
    page.get_by_role("button", name="Move or remove").click()
    field = page.locator("#to textarea")
    expect(field).to_have_value("en/returns.md")
    source.fill(RETURNS + "More.\n")
    field.fill("en/old.md")
    page.get_by_role("button", name="Move", exact=True).click()
    told(page, "Not moved: en/returns.md has changes that are not saved")
    page.locator("#save").click()
    told(page, "Saved en/returns.md")
    page.get_by_role("button", name="Move", exact=True).click()
    told(page, "Not moved: en/old.md exists already: choose another name.")
    field.fill("en/sending-back.md")
    page.get_by_role("button", name="Move", exact=True).click()
    told(page, "en/returns.md is en/sending-back.md now.")
    assert (folder / "en/sending-back.md").read_text(encoding="utf-8") == RETURNS + "More.\n"
    assert not (folder / "en/returns.md").exists()
    page.get_by_role("tab", name="Articles").click()
    page.locator(".problems", has_text='en/old.md:9 the link "returns.md" leads nowhere').wait_for()
    edit(page, "en/sending-back.md")
    page.get_by_role("button", name="Move or remove").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Yes, remove it").click()
    told(page, "en/sending-back.md is removed, and kept as .removed/en/sending-back-")
    expect(source).to_be_hidden()
    (kept,) = (folder / ".removed/en").iterdir()
    assert kept.read_text(encoding="utf-8") == RETURNS + "More.\n"
    assert [entry[1:] for entry in recorded(folder.parent)] == [
        ("article deleted", "en/sending-back.md"),
        ("article moved", "en/returns.md"),
        ("article saved", "en/returns.md"),
    ]


def asked_in_vain(data, *questions):
    """A customer's questions to which the bot found nothing, each put in the place of the one before."""
    store = Store.open(None, data)
    with store.turn(store.start("en").token) as turn:
        for place, question in enumerate(questions):
            kind = "handoff" if place else "rephrase"
            told = {"question": question, "language": "en", "confidence": 0.1, "reason": "repeated_miss"}
            turn.say("bot", "…", kind, document=told)


@pytest.mark.browser
def test_a_question_asked_in_vain_becomes_an_article_with_one_press(visit, folder, tmp_path):
    asked_in_vain(tmp_path, "Ski bags?", 'Do you have "bags" for skis?')
    page = visit()
    page.get_by_role("tab", name="Missing answers (1)").click()
    page.get_by_role("button", name="Write the article").click()
    source = page.locator("#source textarea")
    expect(source).to_be_focused()
    expect(page.locator("#preview h2")).to_have_text('Do you have "bags" for skis?')
    expect(page.locator("#preview li")).to_have_text(['Do you have "bags" for skis?', "Ski bags?"])
    source.press("Control+End")
    source.press_sequentially("Yes, in blue.")
    page.locator("#preview p", has_text="Yes, in blue.").wait_for()
    page.get_by_role("tab", name="Missing answers").click()
    page.get_by_role("button", name="Write the article").click()
    told(page, "Your unsaved text of en/do-you-have-bags-for-skis.md is back")
    page.locator("#save").click()
    told(page, "Saved en/do-you-have-bags-for-skis.md")
    assert (folder / "en/do-you-have-bags-for-skis.md").read_text(encoding="utf-8") == (
        '---\ntitle: "Do you have \\"bags\\" for skis?"\nquestions:\n'
        '  - "Do you have \\"bags\\" for skis?"\n  - "Ski bags?"\n'
        f"audience: public\nreviewed: {date.today()}\n---\n\nYes, in blue."
    )
    page.get_by_role("tab", name="Missing answers").click()
    expect(page.locator(".missing tr").nth(1)).to_contain_text("rebuild to answer with it")


@pytest.mark.browser
def test_a_rebuild_is_seen_by_every_page_and_told_in_figures(visit, gate):
    first, second = visit(), visit()
    first.get_by_role("tab", name="Index").click()
    first.get_by_role("button", name="Rebuild").click()
    first.locator("#build", has_text="embedding 1 of 2").wait_for()
    assert float(first.locator("#build progress").get_attribute("value")) == pytest.approx(0.42)
    second.reload()
    second.get_by_role("tab", name="Index").click()
    second.locator("#build", has_text="embedding 1 of 2").wait_for()
    expect(second.locator("#rebuild")).to_be_disabled()
    gate.touch()
    for page in (first, second):
        page.locator("#build", has_text="3 articles in 9 passages. 4 texts embedded, 5 reused").wait_for()
        page.locator("#build", has_text="1 problem; all else is published").wait_for()


@pytest.mark.browser
def test_a_refused_rebuild_says_why(visit, gate):
    gate.write_text("askdesk: the folder is empty: put articles there", encoding="utf-8")
    page = visit()
    page.get_by_role("tab", name="Index").click()
    page.get_by_role("button", name="Rebuild").click()
    page.locator("#build", has_text="Not rebuilt: the folder is empty: put articles there").wait_for()


@pytest.mark.browser
def test_a_rollback_asks_first(tmp_path, visit):
    generations = Generations(tmp_path / "index")
    newer = "20260302-120000-bbbbbb"
    publish(generations, OLDER, 7)
    publish(generations, newer, 8)
    page = visit()
    page.get_by_role("tab", name="Index").click()
    page.get_by_role("button", name="Roll back to this").click()
    page.locator("#confirm", has_text="with 7 articles again?").wait_for()
    page.get_by_role("button", name="No, leave it").click()
    page.locator("#confirm").wait_for(state="detached")
    assert generations.current() == newer
    page.get_by_role("button", name="Roll back to this").click()
    page.get_by_role("button", name="Yes, answer from it").click()
    page.locator("#done", has_text=f"answered from {OLDER} again").wait_for()
    assert generations.current() == OLDER
    assert recorded(tmp_path) == [("local", "index rolled back", OLDER)]


RIGHT = "() => [...document.querySelectorAll('.parts svg')].map((bar) => bar.getBoundingClientRect().right)"

BELOW_TITLE = """() => {
    const [title, banner] = ["h1", ".banner"].map((name) => document.querySelector(`.staff-heading ${name}`));
    return banner.getBoundingClientRect().top - title.getBoundingClientRect().bottom;
}"""


@pytest.mark.browser
def test_who_goes_by_keyboard_sees_which_field_has_the_focus(visit):
    page = visit()
    page.get_by_label("Filter by title, file or tag").focus()
    lines = []
    for part in ("textarea", ".wrap-inner", "input"):  # the text, the list of languages, the box to tick
        shown = f"one => getComputedStyle(one.closest('{part}')).outlineStyle"
        lines.append(page.locator(":focus").evaluate(shown))
        page.keyboard.press("Tab")
    assert lines == ["solid", "solid", "solid"]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "locale"), [(390, "en"), (320, "ar")])
def test_on_a_phone_the_bars_are_in_sight_and_the_banner_has_room(visit, monkeypatch, width, locale):
    explained = FakeIndex._explanation

    def with_long_names(*what):
        longest = Part("learned from questions", -10.0, 20.0)
        return replace(explained(*what), order=(longest,))

    monkeypatch.setattr(FakeIndex, "_explanation", with_long_names)
    page = visit(viewport={"width": width, "height": 800}, locale=locale)
    page.locator(".banner").wait_for()
    assert page.evaluate(BELOW_TITLE) >= 6
    page.get_by_role("tab", name="Try a question").click()
    page.locator("#trial textarea").fill("How do I send something back?")
    page.locator("#trial textarea").press("Enter")
    page.locator(".parts").first.wait_for()
    assert max(page.evaluate(RIGHT)) <= width


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_studio_fits_and_has_no_serious_fault_of_access(visit, tmp_path, width, scheme):
    publish(Generations(tmp_path / "index"), "20260301-120000-aaaaaa", 7)
    page = visit(viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert serious(page) == []
    edit(page, "ar/returns.md")
    assert serious(page) == []
    page.get_by_role("tab", name="Try a question").click()
    page.locator("#trial textarea").fill("How do I send something back?")
    page.locator("#trial textarea").press("Enter")
    page.locator(".figures").wait_for()
    assert serious(page) == []
    page.get_by_role("tab", name="Quality").click()
    page.locator("#quality svg").first.wait_for()
    page.locator("#quality summary").first.click()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("tab", name="Index").click()
    page.locator("#generations table").wait_for()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


SCROLLED = """() => [...document.querySelectorAll(".wide, table")]
    .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.className} ${one.scrollWidth}`)"""
"""Tables that are wider than their place."""


@pytest.mark.browser
def test_on_a_phone_no_table_is_scrolled_sideways_and_all_that_is_pressed_meets_a_finger(visit, tmp_path):
    for day in range(2):
        publish(Generations(tmp_path / "index"), f"2026030{day + 1}-120000-aaaaaa", 7)
    asked_in_vain(tmp_path, "Ski bags?")
    page = visit(viewport={"width": 390, "height": 844})

    def fits():
        # a dropdown's field is pressed by all of the frame around it
        small = [one for one in too_small(page) if 'role="combobox"' not in one]
        return small == [] and page.evaluate(SCROLLED) == []

    assert fits()
    page.get_by_label("Language").first.click()
    page.locator('[role="option"]').first.wait_for()
    assert fits()
    page.keyboard.press("Escape")
    edit(page, "ar/returns.md")
    page.get_by_role("button", name="New article").click()
    assert fits()
    page.get_by_role("tab", name="Try a question").click()
    page.locator("#trial textarea").fill("How do I send something back?")
    page.locator("#trial textarea").press("Enter")
    page.locator(".figures").wait_for()
    assert fits()
    for tab, drawn in (("Missing answers", ".missing"), ("Quality", "#quality svg"), ("Index", ".kept")):
        page.get_by_role("tab", name=tab).click()
        page.locator(drawn).first.wait_for()
        assert fits()
    page.get_by_role("button", name="Roll back to this").click()
    page.get_by_role("button", name="No, leave it").wait_for()
    assert fits()
    assert page.locator(".kept td").first.evaluate("one => getComputedStyle(one).display") == "grid"
