"""The whole main job with nothing faked: articles, model, index, server, database and browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from tests.bot.pages.chat import ask, box, drawn, replies, said
from tests.patience import PATIENCE, wait_for
from tests.served import Served

pytestmark = [pytest.mark.model, pytest.mark.browser]

NEW_RULE = "You can return an unopened globe within 77 days."


class Shop(Served):
    """A served copy of the example shop."""

    def __init__(self, folder: Path, built: Settings) -> None:
        super().__init__(folder / "var", folder / "articles")
        shutil.copytree(built.articles, self.articles)
        shutil.copytree(built.data, self.data)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, example_settings: Settings) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("shop"), example_settings)
    shop.start("ready")
    yield shop
    shop.kill()


@pytest.fixture
def opened(chromium, shop):
    """Opens a page of the shop, in a language, at a width."""
    contexts = []

    def page(path="/", locale="en-GB", width=1280):
        contexts.append(chromium.new_context(locale=locale, viewport={"width": width, "height": 800}))
        page = contexts[-1].new_page()
        page.goto(shop.address + path)
        return page

    yield page
    for context in contexts:
        context.close()


def test_a_question_in_each_language_is_answered_in_it_with_its_source(opened):
    asked = {
        "en": ("how long do I have to return an item", "Returning an item"),
        "da": ("hvor er min pakke", "Følg din ordre"),
        "zh": ("怎么退货", "退货"),
        "ar": ("متى يوصل طلبي", "التوصيل"),
    }
    for locale, (question, title) in asked.items():
        page = drawn(opened(locale=locale))
        answer = ask(page, question, "answer")
        assert title in answer.locator(".source").inner_text()
        assert answer.locator(".lead").inner_text().strip()


def test_an_arabic_answer_runs_from_right_to_left_on_a_phone(opened):
    page = drawn(opened(locale="ar", width=360))
    ask(page, "متى يوصل طلبي", "answer")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_the_articles_do_not_hold_reaches_the_desk_with_all_that_was_said(opened):
    page = drawn(opened())
    first, second = "can hedgehogs be entangled in quantum states", "tell me about entangled hedgehogs"
    ask(page, first, "rephrase")
    handover = ask(page, second, "handoff")
    number = "".join(filter(str.isdigit, handover.locator("strong").first.inner_text()))
    desk = opened("/desk")
    desk.get_by_role("tab", name="Tickets").click()
    desk.locator(f'[data-ticket="{number}"]').click()
    for text in (first, second):
        desk.locator(".talk").get_by_text(text).first.wait_for()
    desk.locator("#beside-facts").get_by_text(second).first.wait_for()


def test_the_desk_finds_agents_articles_and_the_chat_does_not(opened, shop):
    desk = opened("/desk")
    desk.locator(".finder-words").fill("how much goodwill may I give")
    desk.locator(".hit", has_text="Goodwill").first.wait_for()
    asked = {"q": "how much goodwill may I give", "k": 20}
    found = httpx.get(f"{shop.address}/api/search", params=asked, timeout=60).json()
    assert "goodwill-limits" not in [hit["article"] for hit in found["hits"]]


def test_an_edited_article_is_the_next_answer_after_a_rebuild(opened, shop):
    studio = opened("/studio")
    studio.locator('.listing button[value="en/returns.md"]').click()
    source = studio.locator("#source textarea")
    studio.locator("#preview article").wait_for()
    old = source.input_value()
    source.fill(
        old.replace("questions:", "questions:\n  - what about an unopened globe", 1)
        + f"\n## Globes\n\n{NEW_RULE}\n"
    )
    studio.locator("#save").click()
    studio.locator("#told", has_text="Saved en/returns.md").wait_for()  # by then a rebuild reads it
    studio.get_by_role("tab", name="Index").click()
    studio.get_by_role("button", name="Rebuild").click()
    studio.locator("#build", has_text="160 articles").wait_for(timeout=180_000)

    def answered() -> bool:
        asked = {"question": "what about an unopened globe"}
        reply = httpx.post(f"{shop.address}/api/ask", json=asked, timeout=PATIENCE).json()
        return "77" in reply["text"]

    wait_for(answered)


def test_a_conversation_goes_on_after_the_server_was_killed(opened, shop):
    page = drawn(opened())
    ask(page, "where is my order", "answer")
    shop.kill()
    shop.start("ready")
    page.reload()
    drawn(page)
    assert said(page).all_inner_texts() == ["where is my order"]
    ask(page, "how do I reset the router")
    assert replies(page).count() == 2
    assert box(page).input_value() == ""
