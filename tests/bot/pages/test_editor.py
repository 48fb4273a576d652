from datetime import date

import pytest

from bot.pages.draft import Draft
from bot.pages.editor import saved_notice

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("front", "tone", "told"),
    [
        ("title: Returns", "good", "Customers get it after the next rebuild."),
        ("title: Returns\naudience: agents", "good", "customers don&#x27;t: it is for agents."),
        ("title: Returns\nexpires: 2026-05-31", "good", "customers don&#x27;t: it has expired."),
        ("title: [x", "warn", "rebuilds leave it out until the problem below is mended."),
    ],
)
def test_who_will_see_what_was_saved_is_told(front, tone, told):
    shown = saved_notice(Draft("en/returns.md", f"---\n{front}\n---\n\nText.\n", "v"), TODAY)
    assert f'class="notice {tone}"' in shown
    assert "Saved en/returns.md" in shown
    assert told in shown
    assert 'data-version="v"' in shown
