import re
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import gradio as gr
import pytest

from bot.access import audit
from bot.access.user import LOCAL
from bot.pages import draft, publishing
from bot.pages.articles import ArticleFilter, Shelf, listing
from bot.pages.draft import Draft
from bot.pages.editor import UNKEPT
from bot.pages.quality import quality
from bot.pages.trial import trial
from bot.rebuild import Rebuild, Status
from bot.state.database import StateError, open_engine, reading
from bot.state.store import Store
from index.evaluate import Expected, evaluate
from index.explain import Part
from index.generation import Generations, Manifest
from index.hit import Found, Hit, Thresholds
from kb.language import Language
from kb.passage import Passage
from kb.problem import KnowledgeError
from kb.shelf import Changed
from tests.bot.conftest import FULL, fake_assistant, running, serious
from tests.bot.fakes import FakeIndex, FakeLive, article, knowledge, settings

expect = pytest.importorskip("playwright.sync_api").expect

TODAY = date(2026, 6, 1)
RETURNS = "---\ntitle: Returns\nquestions: [How do I?]\nreviewed: 2026-03-01\n---\n\nWithin **30 days**.\n"
RETURNS_AR = "---\ntitle: إرجاع منتج\nreviewed: 2026-03-01\n---\n\nخلال **30 يومًا**.\n"
OLD = "---\ntitle: Old matters\nreviewed: 2020-03-01\ntags: [dust]\n---\n\nText.\n"
BROKEN = "---\ntitle: [x\n---\n\nText.\n"

BUILD = """
import json, os, sys, time
print(json.dumps({"stage": "embed", "done": 1, "total": 2}), file=sys.stderr, flush=True)
while not os.path.exists(sys.argv[1]): time.sleep(0.02)
if os.path.getsize(sys.argv[1]): sys.exit(open(sys.argv[1]).read())
print(json.dumps({"generation": "20260301-120000-abcdef", "articles": 3, "passages": 9, "embedded": 4,
    "reused": 5, "languages": {"en": 2}, "problems": [{"where": "x.md:1", "what": "odd"}], "seconds": 1.5}))
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of three articles."""
    folder = tmp_path / "articles"
    for path, text in (("en/returns.md", RETURNS), ("ar/returns.md", RETURNS_AR), ("en/old.md", OLD)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


# Drafts


def test_a_saved_draft_is_the_file_and_its_version(folder):
    opened = draft.opened(folder, "en/returns.md")
    assert not draft.changed(folder, opened)
    typed = Draft(opened.path, opened.text + "More.\n", opened.version)
    assert draft.changed(folder, typed)
    saved = draft.save(folder, typed)
    assert (folder / "en/returns.md").read_text(encoding="utf-8") == RETURNS + "More.\n"
    assert saved == draft.opened(folder, "en/returns.md")


def test_a_draft_of_an_older_version_is_refused_and_the_file_stays(folder):
    opened = draft.opened(folder, "en/returns.md")
    (folder / "en/returns.md").write_text(OLD, encoding="utf-8")
    with pytest.raises(Changed):
        draft.save(folder, opened)
    assert (folder / "en/returns.md").read_text(encoding="utf-8") == OLD


def test_the_ends_of_lines_of_a_file_survive_the_browser(folder):
    windows = RETURNS.replace("\n", "\r\n").encode()
    (folder / "en/returns.md").write_bytes(windows)
    opened = draft.opened(folder, "en/returns.md")
    assert "\r" not in opened.text
    assert not draft.changed(folder, opened)
    draft.save(folder, Draft(opened.path, opened.text + "More.\n", opened.version))
    assert (folder / "en/returns.md").read_bytes() == windows + b"More.\r\n"


@pytest.mark.parametrize("path", ["../secret.md", "/etc/passwd", "en/none.md", "en\\returns.md"])
def test_what_is_no_article_is_not_opened(folder, path):
    with pytest.raises(KnowledgeError):
        draft.opened(folder, path)


def test_a_file_in_another_encoding_is_told(folder):
    (folder / "en/returns.md").write_bytes(b"\xe6\xf8\xe5")
    with pytest.raises(KnowledgeError, match="not UTF-8"):
        draft.opened(folder, "en/returns.md")


def test_a_new_article_starts_with_its_title_whatever_that_holds(folder):
    begun = draft.begun(folder, ' Used:  "bikes" ', "en", "used-bikes", TODAY)
    assert begun.path == "en/used-bikes.md"
    saved = draft.save(folder, Draft(begun.path, begun.text + "No.\n", begun.version))
    shelf = Shelf(folder)
    shelf.read()
    titles = {article.path: article.title for article in shelf.library.articles}
    assert titles[saved.path] == 'Used: "bikes"'


@pytest.mark.parametrize(
    ("title", "slug", "reason"),
    [
        ("  ", "x", "title is missing"),
        ("Title", "", "small Latin letters"),
        ("Title", "../x", "small Latin letters"),
        ("Title", "Returns", "small Latin letters"),
        ("Title", "returns", "exists already"),
    ],
)
def test_a_new_article_without_a_good_name_is_refused(folder, title, slug, reason):
    with pytest.raises(KnowledgeError, match=reason):
        draft.begun(folder, title, "en", slug, TODAY)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Returns & refunds", "returns-refunds"),
        ("Å købe på Æbelø", "aa-koebe-paa-aebeloe"),
        ("Zażółć gęślą", "zazolc-gesla"),
        ("退货", ""),
        ("x" * 99, "x" * 60),
    ],
)
def test_a_name_is_suggested_for_titles_in_latin_letters(title, slug):
    assert draft.suggested_slug(title) == slug


# The list


def listed(folder, **only):
    shelf = Shelf(folder)
    shelf.read()
    return listing(shelf, ArticleFilter(**only), TODAY)


def paths(markup):
    table = markup[markup.index("<table") :] if "<table" in markup else ""
    return re.findall(r'value="([^"]+)"', table)


def test_every_article_is_listed_and_the_filters_hold(folder):
    assert paths(listed(folder)) == ["ar/returns.md", "en/old.md", "en/returns.md"]
    assert paths(listed(folder, words="RETURNS")) == ["ar/returns.md", "en/returns.md"]
    assert paths(listed(folder, words="dust")) == ["en/old.md"]
    assert paths(listed(folder, language="ar")) == ["ar/returns.md"]
    assert paths(listed(folder, doubtful=True)) == ["en/old.md"]


def test_what_was_read_before_stays_while_the_folder_can_t_be_read(folder):
    shelf = Shelf(folder)
    shelf.read()
    folder.rename(folder.with_name("away"))
    shelf.read()
    shown = listing(shelf, ArticleFilter(), TODAY)
    assert f"{folder} is no folder: put articles there" in shown
    assert "Below is what was read before" in shown
    assert paths(shown) == ["ar/returns.md", "en/old.md", "en/returns.md"]
    assert paths(listing(shelf, ArticleFilter(language="ar"), TODAY)) == ["ar/returns.md"]
    folder.with_name("away").rename(folder)
    (folder / "en/old.md").unlink()
    shelf.read()
    again = listing(shelf, ArticleFilter(), TODAY)
    assert "is no folder" not in again
    assert paths(again) == ["ar/returns.md", "en/returns.md"]


def test_a_folder_that_never_could_be_read_shows_the_reason_alone(tmp_path):
    shown = listed(tmp_path / "none")
    assert "is no folder" in shown
    assert "read before" not in shown
    assert paths(shown) == []


def test_a_file_that_can_not_be_served_is_listed_among_the_problems_and_can_be_opened(folder):
    (folder / "en/broken.md").write_text(BROKEN, encoding="utf-8")
    shown = listed(folder)
    assert "1 problem to mend" in shown
    assert 'value="en/broken.md"' in shown


def test_an_empty_folder_says_what_to_put_there(tmp_path):
    assert "put articles there" in listed(tmp_path / "none")


# A question tried


def tried(question, language="detected"):
    return trial(FakeLive(knowledge()), settings(), question, language)


def test_a_question_tried_shows_reply_limits_and_figures():
    shown = tried("How do I send something back?", "en")
    assert "<dd>answer</dd>" in shown
    assert "answers from 60%, suggests from 30%" in shown
    assert "sure · 100%" in shown
    assert "question: How do I send something back?" in shown


def test_a_question_tried_shows_what_counted_for_each_article():
    shown = tried("Which unicycle label is in my account?", "en")
    assert shown.count('class="reasons"') == shown.count("</details>") >= 2
    assert shown.count('open=""') == 1
    assert "<bdi>unicycle</bdi> unknown in this language" in shown
    assert "<bdi>label</bdi> 14% of 14%" in shown
    assert "<dt>Read as</dt><dd>which unicycle label is in my account?</dd>" in shown
    assert "−4.00" in shown


def test_agents_articles_are_not_tried():
    assert "Goodwill" not in tried("How much goodwill may I give?", "en")


@pytest.mark.parametrize("question", ["", " \n", "x" * 100_000, "\x00\x01\x02\x03", None])
def test_a_message_that_the_chat_would_refuse_is_refused(question):
    assert "notice warn" in tried(question)


def test_without_an_index_nothing_can_be_tried():
    assert "no index yet" in trial(FakeLive(None), settings(), "returns", "en")


# How well it answers


def measured(**evaluation):
    manifest = replace(knowledge().manifest, evaluation=evaluation or None)
    return FakeLive(replace(knowledge(), manifest=manifest))


def evaluation():
    """Sixty English questions answered right at 0.8 and more; three Arabic ones wrong, one of them sure."""
    found = {"sure": 0.9, "less": 0.8, "wrong": 0.7, "unsure": 0.2}
    asked = [Expected("sure", ("right",), "en")] * 30 + [Expected("less", ("right",), "en")] * 30
    asked += [Expected("wrong", ("right",), "ar"), *[Expected("unsure", (), "ar")] * 2]

    def search(one):
        slug = "right" if one.language == "en" else "other"
        hit = Hit(
            Passage(article(slug, slug, "x"), (), "", "x", 1, 1),
            "title",
            slug,
            0.5,
            found[one.question],
            {},
            0,
        )
        return Found(one.question, Language(one.language, 1.0), (hit,), 1.0)

    return evaluate(asked, search, Thresholds(0.6, 0.3))


def test_the_curve_is_drawn_told_and_listed_for_every_language():
    shown = quality(measured(**evaluation()))
    assert shown.count("<svg") == 3
    assert (
        'aria-label="All languages: 96.8% of the questions answered, 1.6% of them wrongly; answering' in shown
    )
    assert "<bdi>العربية</bdi>, 3 questions" in shown
    assert shown.count('<tr class="now">') == 3


def test_only_a_language_with_too_few_answers_is_warned_of():
    shown = quality(measured(**evaluation()))
    warnings = re.findall('<p class="notice warn">([^:]+): as many as ([^ ]+) may be', shown)
    assert warnings == [("1 of 61 answers wrong", "8%"), ("1 of 1 answers wrong", "100%")]


def test_without_golden_questions_the_quality_page_says_how_to_begin():
    assert "golden.jsonl" in quality(measured())
    assert "rebuild" in quality(measured(questions=3))
    assert "no index yet" in quality(FakeLive(None))


# In a browser


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


def recorded(data):
    """Who did what to what, as the audit log has it."""
    with reading(open_engine(None, data)) as session:
        return [
            (entry.who, entry.action, entry.what) for entry in audit.entries(session, audit.EntryFilter())
        ]


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
    page.get_by_role("button", name="New article").click()
    page.get_by_label("Title", exact=True).fill("Gift cards")
    expect(page.locator("#new-slug textarea")).to_have_value("gift-cards")
    page.get_by_role("button", name="Begin").click()
    page.locator("#state", has_text="en/gift-cards.md").wait_for()
    source = page.locator("#source textarea")
    source.press("Control+End")
    source.press_sequentially("They last three years.")
    page.locator("#preview p", has_text="They last three years.").wait_for()
    page.locator("#save").click()
    told(page, "Saved en/gift-cards.md")
    assert "They last three years." in (folder / "en/gift-cards.md").read_text(encoding="utf-8")


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
        page.locator("#build", has_text="1 problem; the rest is published").wait_for()


@pytest.mark.browser
def test_a_refused_rebuild_says_why(visit, gate):
    gate.write_text("askdesk: the folder is empty: put articles there", encoding="utf-8")
    page = visit()
    page.get_by_role("tab", name="Index").click()
    page.get_by_role("button", name="Rebuild").click()
    page.locator("#build", has_text="Not rebuilt: the folder is empty: put articles there").wait_for()


@pytest.mark.parametrize(
    ("ago", "sentence"),
    [
        (timedelta(hours=-1), "starting, 0 s so far."),
        (timedelta(days=1, hours=1), "starting, 90000 s so far."),
    ],
)
def test_how_long_a_rebuild_runs_is_told_though_the_clock_was_set_back_and_after_a_day(
    ago, sentence, monkeypatch
):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    monkeypatch.setattr(publishing, "datetime", SimpleNamespace(now=lambda _: now))
    assert sentence in publishing._progress(Status(running=True, started=now - ago))


def publish(generations, name, articles):
    counts = {"articles": articles, "passages": 2 * articles}
    manifest = Manifest(name, "2026-03-01T12:00:00+00:00", "model", "1", {}, counts, {"en": articles})
    with generations.building():
        generations.publish(manifest, lambda folder: (folder / "x").write_text("x"))


OLDER = "20260301-120000-aaaaaa"


@pytest.fixture
def index_page(tmp_path, monkeypatch):
    """What the page of the index does, with an older generation and a newer one."""
    monkeypatch.setattr(publishing, "user_of", lambda _: LOCAL)
    generations = Generations(tmp_path / "index")
    publish(generations, OLDER, 7)
    publish(generations, "20260302-120000-bbbbbb", 8)
    live, store = FakeLive(knowledge()), Store.open(None, tmp_path)
    return publishing._Publishing(live, generations, store, Rebuild(["true"]))


@pytest.fixture
def rolling_back(index_page):
    """Rolls back to the older generation, on the page's behalf; says what it was told."""
    return lambda: told_of_it(index_page.roll_back(OLDER, None))


def told_of_it(updates):
    """What is told after a rollback of how it is, and of what came of it."""
    state, done = updates[3:5]
    assert state == ""
    return done


def test_what_a_page_was_told_of_a_rollback_stays_when_it_looks_again(index_page):
    _, told, *_, known = index_page.look()
    assert index_page.roll_back(OLDER, None)[-1] == known
    assert index_page.look(known)[1:3] == [gr.skip(), gr.skip()]
    assert index_page.look()[1] == told


def test_what_came_of_a_rollback_stays_when_a_fault_goes_and_gives_way_to_what_is_new(index_page):
    index_page._live.problem = "the index is damaged"
    *_, known = updates = index_page.roll_back("20260303-120000-cccccc", None)
    assert "Not rolled back" in told_of_it(updates)
    assert index_page.look(known)[1:3] == [gr.skip(), gr.skip()]
    index_page._live.problem = None
    _, state, done, *_, known = index_page.look(known)
    assert ("notice" in state, done) == (False, gr.skip())
    index_page._live.problem = "the index is damaged again"
    _, state, done, *_ = index_page.look(known)
    assert ("damaged again" in state, done) == (True, "")


def test_messages_are_stored_while_the_generation_to_go_back_to_is_read(rolling_back, tmp_path, monkeypatch):
    """It may have a gigabyte."""
    verify, others = Generations.verify, Store.open(None, tmp_path)

    def verified(self, name):
        others.start("en")
        return verify(self, name)

    monkeypatch.setattr(Generations, "verify", verified)
    assert "are answered from" in rolling_back()
    assert [entry[1] for entry in recorded(tmp_path)] == ["index rolled back"]


def test_a_rollback_that_is_refused_or_can_not_be_recorded_changes_nothing(
    rolling_back, tmp_path, monkeypatch
):
    def refused(*_, **__):
        raise StateError("the disk is full")

    newer = Generations(tmp_path / "index").current()
    with monkeypatch.context() as patched:
        patched.setattr(audit, "record", refused)
        assert "Not rolled back: the disk is full" in rolling_back()
    (tmp_path / "index" / OLDER / "x").write_text("y")
    assert "Not rolled back" in rolling_back()
    assert Generations(tmp_path / "index").current() == newer
    assert recorded(tmp_path) == []


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
