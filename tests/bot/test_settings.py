import re
from pathlib import Path

import pytest

from bot.phrase import phrase, speak_also
from bot.settings import Settings, SettingsError, load


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASKDESK_SETTINGS", raising=False)


def refusal(**given):
    with pytest.raises(SettingsError) as refused:
        load(**given)
    return str(refused.value)


def test_without_a_file_the_defaults_hold():
    assert load() == Settings()
    assert load().languages == ("en", "da", "pl", "ar", "zh")


def test_the_file_is_read_the_environment_wins_over_it_and_the_command_over_both(tmp_path, monkeypatch):
    (tmp_path / "askdesk.toml").write_text('port = 8001\ncompany = "Kestrel"\nwrong_answers = 0.02\n')
    monkeypatch.setenv("ASKDESK_PORT", "8002")
    assert load().company == "Kestrel"
    assert load().port == 8002
    assert load(port=8003, host=None).port == 8003


def test_a_file_elsewhere_is_named_by_a_variable(tmp_path, monkeypatch):
    (tmp_path / "other.toml").write_text('company = "Elsewhere"\n')
    monkeypatch.setenv("ASKDESK_SETTINGS", str(tmp_path / "other.toml"))
    assert load().company == "Elsewhere"
    monkeypatch.setenv("ASKDESK_SETTINGS", "missing.toml")
    assert "missing.toml" in refusal()


def test_a_file_with_a_byte_order_mark_is_read_like_any_other(tmp_path):
    (tmp_path / "askdesk.toml").write_text('company = "Kestrel"\n', encoding="utf-8-sig")
    assert load().company == "Kestrel"


def test_a_file_that_is_no_toml_or_no_text_is_refused_by_name(tmp_path):
    (tmp_path / "askdesk.toml").write_text("[port\n")
    assert "askdesk.toml" in refusal()
    (tmp_path / "askdesk.toml").write_bytes(b"\xff\xfe")
    assert "UTF-8" in refusal()


def test_a_file_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "askdesk.toml").mkdir()
    assert "askdesk.toml" in refusal()


@pytest.mark.parametrize("written", ["en,da", "en da", '["en", "da"]'])
def test_lists_in_the_environment_are_written_as_one_likes(monkeypatch, written):
    monkeypatch.setenv("ASKDESK_LANGUAGES", written)
    assert load().languages == ("en", "da")


def test_a_page_is_in_the_language_it_asks_for_or_else_in_the_first_one():
    settings = Settings(company="Kestrel", languages=("da", "ar"))
    assert [settings.page_language(asked) for asked in ("ar", "sv", None, ["ar"])] == ["ar", "da", "da", "da"]


def test_a_page_language_without_phrases_is_refused_with_the_remedy(tmp_path):
    (tmp_path / "askdesk.toml").write_text('languages = ["en", "fi"]\n')
    sentence = refusal()
    assert sentence.startswith(
        "setting languages holds 'fi', which has no phrases; there are en, ar, da, pl, zh"
    )
    assert "fi.toml" in sentence


def test_a_page_language_with_phrases_of_the_operator_s_own_is_spoken(tmp_path):
    (tmp_path / "askdesk.toml").write_text('languages = ["en", "fi"]\nphrases = "words"\n')
    assert refusal() == "setting phrases is 'words': there is no such folder"
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "fi.toml").write_text("[says]\nsned = 'Lähetä'\n", encoding="utf-8")
    assert refusal() == f"{Path('words', 'fi.toml')}: there is no phrase sned; did you mean send?"
    (tmp_path / "words" / "fi.toml").write_text("[says]\nsend = 'Lähetä'\n", encoding="utf-8")
    assert load().languages == ("en", "fi")
    assert phrase("send", "fi") == "Lähetä"
    speak_also(None)


def test_hours_are_words_per_language(tmp_path, monkeypatch):
    (tmp_path / "askdesk.toml").write_text('[person_hours]\nen = "Monday to Friday"\n')
    assert load().hours_in_words("en") == "Monday to Friday"
    assert load().hours_in_words("da") is None
    monkeypatch.setenv("ASKDESK_PERSON_HOURS", "always")
    assert "ASKDESK_PERSON_HOURS is 'always'" in refusal()


def test_only_web_addresses_may_embed_the_chat(monkeypatch):
    monkeypatch.setenv("ASKDESK_EMBED_ORIGINS", "https://shop.example, http://localhost:8000")
    assert load().embed_origins == ("https://shop.example", "http://localhost:8000")
    monkeypatch.setenv("ASKDESK_EMBED_ORIGINS", "https://shop.example/")
    assert load().embed_origins == ("https://shop.example",)
    monkeypatch.setenv("ASKDESK_EMBED_ORIGINS", "https://shop.example/chat")
    assert "ASKDESK_EMBED_ORIGINS" in refusal()
    monkeypatch.setenv("ASKDESK_EMBED_ORIGINS", "*")
    assert "ASKDESK_EMBED_ORIGINS" in refusal()


def test_settings_never_change():
    with pytest.raises(Exception, match="frozen"):
        load().port = 1


def test_opening_hours_and_queues_are_written_as_tables(tmp_path):
    (tmp_path / "askdesk.toml").write_text(
        '[hours]\nzone = "Europe/Copenhagen"\nmonday = "9:00-17:00"\nholidays = ["12-25"]\n'
        '[[queues]]\nname = "Nordic"\nlanguages = ["da", "sv"]\n[queues.hours]\nsunday = "10-12"\n'
    )
    settings = load()
    assert settings.hours.monday[0].closes.hour == 17
    assert settings.queues[0].hours.sunday[0].opens.hour == 10


def test_two_queues_of_one_name_are_refused(tmp_path):
    (tmp_path / "askdesk.toml").write_text('[[queues]]\nname = "A"\n[[queues]]\nname = "a"\n')
    assert refusal().startswith("setting queues is")


def test_tables_in_the_environment_are_json(monkeypatch):
    monkeypatch.setenv("ASKDESK_HOURS", '{"monday": "9-17"}')
    assert load().hours.monday
    monkeypatch.setenv("ASKDESK_HOURS", '{"monday": "9-99"}')
    assert refusal().startswith("ASKDESK_HOURS: monday is '9-99'")
    monkeypatch.setenv("ASKDESK_HOURS", "nine to five")
    assert refusal().startswith("ASKDESK_HOURS is 'nine to five': it should be opening hours")


MAIL = '[mail]\nhost = "mail.shop.example"\nsender = "help@shop.example"\n'
SECRET = "whsec_QXNrZGVzayB0ZXN0cywgMzIgYnl0ZXMgbG9uZyAhIQ=="


def test_mail_needs_to_know_the_way_back(tmp_path):
    (tmp_path / "askdesk.toml").write_text(MAIL)
    assert refusal().startswith(
        "setting public_url is missing, which mail needs: it should be the web address"
    )
    (tmp_path / "askdesk.toml").write_text('public_url = "https://help.shop.example"\n' + MAIL)
    assert load().mail.port == 587
    (tmp_path / "askdesk.toml").write_text('public_url = "help.shop.example/"\n' + MAIL)
    assert refusal().startswith("setting public_url is 'help.shop.example/'")


@pytest.mark.parametrize("address", ["https://help.shop.example", "https://shop.example/help/chat"])
def test_a_slash_at_the_end_of_an_address_of_ours_does_not_matter(tmp_path, address):
    (tmp_path / "askdesk.toml").write_text(f'public_url = "{address}/"\n')
    assert load().public_url == address


def test_two_webhooks_of_one_address_are_refused_without_showing_it(tmp_path):
    one = f'[[webhooks]]\nurl = "https://x.example/T0/hidden"\nsecret = "{SECRET}"\n'
    other = one.replace("hidden", "other")
    (tmp_path / "askdesk.toml").write_text(one + other + one)
    assert (
        refusal()
        == "setting webhooks.3.url is that of webhook 1, too: leave one of the two, with the queues of both"
    )
    (tmp_path / "askdesk.toml").write_text(one + other)
    assert len(load().webhooks) == 2


def test_a_webhook_of_a_queue_that_is_none_is_refused(tmp_path):
    (tmp_path / "askdesk.toml").write_text(
        f'[[queues]]\nname = "Nordic"\n[[webhooks]]\nurl = "https://x.example/"\nsecret = "{SECRET}"\n'
        'queues = ["Nordik"]\n'
    )
    assert refusal().startswith(
        "setting webhooks.1.queues holds 'Nordik': there is no such queue; there are Nordic"
    )


def test_the_settings_that_the_readme_shows_can_be_used_together(tmp_path):
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    shown = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    without_a_table_first = sorted(shown, key=lambda block: block.startswith("["))
    (tmp_path / "askdesk.toml").write_text("\n".join(without_a_table_first), "utf-8")
    settings = load()
    assert settings.canned[0].texts["da"].startswith("Hej {name}")
    assert settings.queues[0].name in settings.webhooks[0].queues
