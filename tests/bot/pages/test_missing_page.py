from bot.pages import missing


def test_an_empty_list_says_where_answers_are_reported():
    assert "Agents do so at the desk, below what a search found." in missing.listing(())
