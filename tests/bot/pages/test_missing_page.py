from bot.pages import missing
from bot.pages.articles import Shelf


def test_an_empty_list_says_where_answers_come_from(tmp_path):
    assert "what customers ask the bot in vain" in missing.listing((), Shelf(tmp_path))
