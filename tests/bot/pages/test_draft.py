"""An article as its editor has it, and its file."""

import pytest

from bot.pages import draft
from bot.pages.articles import Shelf
from bot.pages.draft import Draft
from kb.article import parse
from kb.problem import KnowledgeError
from kb.shelf import Changed
from tests.bot.pages.studio import OLD, RETURNS, TODAY


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


def test_a_wished_article_has_what_was_asked_for_title_and_questions(folder):
    asked = ('Do you sell "ski" bags: big ones?', "滑雪袋")
    made = draft.wished("en/ski-bags.md", asked, TODAY)
    article, problems = parse(made.text, made.path, "en", "ski-bags")
    assert (article.title, article.questions) == (asked[0], asked)
    assert [problem.what.partition(":")[0] for problem in problems] == ["expected text below the title"]
    long = draft.wished("en/a.md", ("word " * 60,), TODAY)
    article, _ = parse(long.text, long.path, "en", "a")
    assert len(article.title) <= draft.LONGEST_TITLE
    assert article.title.endswith("word …")


def test_a_long_question_without_spaces_is_cut_anywhere():
    article, _ = parse(draft.wished("zh/a.md", ("滑雪" * 80,), TODAY).text, "zh/a.md", "zh", "a")
    assert article.title == "滑雪" * 49 + " …"


def test_a_free_path_is_taken_by_no_file(folder):
    assert draft.free_path(folder, "Returns!", "en") == "en/returns-2.md"
    assert draft.free_path(folder, "Ski bags", "en") == "en/ski-bags.md"
    assert draft.free_path(folder, "滑雪袋", "zh") != draft.free_path(folder, "滑雪板", "zh")
    assert draft.free_path(folder, "滑雪袋", "zh").startswith("zh/question-")


@pytest.mark.parametrize("to", ["returns.md", "en/returns", "shop/returns.md", "en/../x.md", "", "en/.x.md"])
def test_an_article_is_moved_only_to_where_articles_are(folder, to):
    with pytest.raises(KnowledgeError):
        draft.moved(folder, draft.opened(folder, "en/returns.md"), to)
    assert (folder / "en/returns.md").read_text(encoding="utf-8") == RETURNS


def test_what_was_changed_meanwhile_is_neither_moved_nor_removed(folder):
    mine = draft.opened(folder, "en/returns.md")
    (folder / "en/returns.md").write_text(OLD, encoding="utf-8")
    for act in (lambda: draft.moved(folder, mine, "en/a.md"), lambda: draft.removed(folder, mine)):
        with pytest.raises(KnowledgeError):
            act()
    assert (folder / "en/returns.md").read_text(encoding="utf-8") == OLD
    assert not (folder / "en/a.md").exists()
