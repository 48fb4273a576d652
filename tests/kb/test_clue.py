from kb.clue import foreign_letters, known, small_words


def test_small_words_tell_neighbours_apart() -> None:
    assert {"af", "hvad", "mig"} <= small_words("da") - small_words("no")
    assert {"av", "hva", "meg"} <= small_words("no") - small_words("da")
    assert small_words("nb") == small_words("no")
    assert small_words("xx") == frozenset()


def test_known_words_are_those_of_any_of_the_languages() -> None:
    assert known(["hvad", "koster", "the"], ["da", "en"]) == ["hvad", "the"]


def test_letters_that_a_language_lacks_are_counted_once() -> None:
    assert foreign_letters("łóżko łóżko", "pl") == 0
    assert foreign_letters("łóżko łóżko", "da") == 3
    assert foreign_letters("łóżko", "xx") == 0
