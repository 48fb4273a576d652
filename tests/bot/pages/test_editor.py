from datetime import date

import pytest

from bot.pages.draft import Draft
from bot.pages.editor import preview, saved_notice
from tests.bot.fakes import article

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("front", "tone", "told"),
    [
        ("title: Returns", "good", "Customers get it after the next rebuild."),
        ("title: Returns\naudience: agents", "good", "customers don&#x27;t: it is for agents."),
        ("title: Returns\nexpires: 2026-06-01", "good", "Customers get it after the next rebuild."),
        (
            "title: Returns\nexpires: 2026-05-31",
            "warn",
            "Nobody gets it after the next rebuild: it expired",
        ),
        ("title: [x", "warn", "rebuilds leave it out until the problem below is mended."),
    ],
)
def test_who_will_see_what_was_saved_is_told(front, tone, told):
    shown = saved_notice(Draft("en/returns.md", f"---\n{front}\n---\n\nText.\n", "v"), TODAY)
    assert f'class="notice {tone}"' in shown
    assert "Saved en/returns.md" in shown
    assert told in shown
    assert 'data-version="v"' in shown


def test_the_preview_shows_what_the_front_matter_says():
    told = {"product": "Kettle", "tags": ("tea", "<b>"), "not_questions": ("Is it a pot?",)}
    shown = preview(article("kettle", "A kettle", "Text", expires=date(2026, 5, 31), **told), TODAY)
    assert "expired 31 May 2026" in shown
    assert [one in shown for one in ("Kettle", "tea", "&lt;b&gt;")] == [True] * 3
    assert "Never the answer to</h3><ul><li>Is it a pot?</li></ul>" in shown
    assert "Asked as" not in shown
