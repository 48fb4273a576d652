import pytest

from bot.glossary import Unspeakable, check


@pytest.fixture
def refusal(tmp_path):
    def refused(content, name="de.toml"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        with pytest.raises(Unspeakable) as fault:
            check(path)
        assert str(path) in str(fault.value)
        return str(fault.value)

    return refused


def test_a_file_that_says_a_little_is_enough(tmp_path):
    path = tmp_path / "de.toml"
    path.write_text('[says]\nsend = "Senden"\n[languages]\nde = "Deutsch"\n[signals]\nthanks = ["danke"]\n')
    check(path)


def test_an_unknown_key_is_named_with_the_nearest(refusal):
    assert "there is no phrase sned; did you mean send?" in refusal('[says]\nsned = "Senden"\n')
    assert "there is no signal thank; did you mean thanks?" in refusal('[signals]\nthank = ["danke"]\n')
    assert "[sagt] is no section" in refusal('[sagt]\nsend = "Senden"\n')


def test_places_to_fill_are_as_in_english(refusal):
    assert "ticket_number has other places to fill than in English: expected {number}" in refusal(
        '[says]\nticket_number = "Ihre Nummer ist {nummer}."\n'
    )
    assert "send has other places to fill than in English: expected none" in refusal(
        '[says]\nsend = "{jetzt}"\n'
    )
    assert "send has a bracket alone" in refusal('[says]\nsend = "los {"\n')


def test_what_is_no_text_is_refused(refusal):
    assert "expected a text" in refusal("[says]\nsend = 3\n")
    assert "expected a text" in refusal("[languages]\nde = 3\n")
    assert "should be a list of texts" in refusal('[signals]\nthanks = "danke"\n')


def test_a_file_that_is_no_toml_or_no_language_is_refused(refusal, tmp_path):
    assert "this is not TOML" in refusal("send = \n")
    assert "expected a language code" in refusal("", "German.toml")
    (tmp_path / "fr.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Unspeakable, match="UTF-8"):
        check(tmp_path / "fr.toml")
