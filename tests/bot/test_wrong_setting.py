import pytest

from bot.settings import load
from tests.bot.test_settings import refusal


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_a_wrong_value_names_the_key_the_value_and_what_is_right(tmp_path):
    (tmp_path / "askdesk.toml").write_text("wrong_answers = 9\n")
    sentence = "it should be a share between 0.001 and 0.5, such as 0.05 for five in a hundred"
    assert refusal() == f"setting wrong_answers is 9: {sentence}"


def test_a_wrong_variable_is_named_as_it_is_written(monkeypatch):
    monkeypatch.setenv("ASKDESK_PORT", "many")
    assert refusal().startswith("ASKDESK_PORT is 'many': it should be a whole number")


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path):
    (tmp_path / "askdesk.toml").write_text("artikles = 'x'\n")
    assert refusal() == "setting artikles: there is no such setting; did you mean articles?"


def test_an_unknown_variable_is_refused(monkeypatch):
    monkeypatch.setenv("ASKDESK_PROT", "1")
    assert refusal() == "ASKDESK_PROT: there is no such setting; did you mean ASKDESK_PORT?"


def test_the_database_s_address_is_never_shown(monkeypatch, tmp_path):
    (tmp_path / "askdesk.toml").write_text('database_url = ["postgresql://user:secret@host/x"]\n')
    assert "secret" not in refusal()


def test_a_wrong_value_within_a_table_is_named_by_its_place(tmp_path):
    (tmp_path / "askdesk.toml").write_text('[hours]\nmonday = "9-25"\n')
    assert refusal().startswith("setting hours.monday is '9-25': it should be times such as")
    (tmp_path / "askdesk.toml").write_text('[hours]\nmonday = "9-12, 10-13"\n')
    assert refusal().startswith("setting hours.monday is '9-12, 10-13': it should be times such as")
    assert "none of which overlap" in refusal()
    (tmp_path / "askdesk.toml").write_text('[[queues]]\nname = "A"\n[queues.hours]\nzone = "Moon"\n')
    assert (
        refusal()
        == "setting queues.1.hours.zone is 'Moon': it should be a time zone such as Europe/Copenhagen"
    )


def test_an_unknown_key_within_a_table_is_refused_with_the_nearest_one(tmp_path):
    (tmp_path / "askdesk.toml").write_text('[hours]\nmondays = "9-17"\n')
    assert refusal() == "setting hours.mondays: there is no such setting; did you mean hours.monday?"


def test_a_missing_key_is_named(tmp_path):
    (tmp_path / "askdesk.toml").write_text('[[queues]]\nlanguages = ["da"]\n')
    assert refusal() == "setting queues.1.name is missing: it should be a short name that no other queue has"


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('[mail]\nhost = "x"\nsender = "a@b\\nBcc: c@d"\npassword = "hunter2"', "mail.sender"),
        ('[mail]\nhost = "x"\npassword = "hunter2"', "mail.sender is missing"),
        ('mail = "hunter2"', "mail is not usable"),
        ('mail = ["hunter2"]', "mail is not usable"),
        ('webhooks = ["https://hooks.example/T0/hunter2"]', "webhooks.1 is not usable"),
        ('[[webhooks]]\nurl = "ftp://x"\nsecret = "hunter2"', "webhooks.1.url is not usable"),
        ('[[webhooks]]\nurl = "https://x.example/"\nsecret = "hunter2"', "webhooks.1.secret is not usable"),
        ('[[webhooks]]\nurl = "http://x.example/"', "http:// where allow_private is true"),
        ('[[webhooks]]\nurl = "https://user:hunter2@x.example/"', "webhooks.1.url"),
    ],
)
def test_a_wrong_channel_is_named_by_its_key_and_its_secret_never_shown(tmp_path, written, named):
    (tmp_path / "askdesk.toml").write_text(written)
    sentence = refusal()
    assert named in sentence
    assert "hunter2" not in sentence


def test_a_wrong_address_of_a_reader_is_shown(tmp_path):
    (tmp_path / "askdesk.toml").write_text('[mail]\nhost = "x"\nsender = "a@b.example"\nto = ["anna"]\n')
    assert refusal().startswith("setting mail.to.1 is 'anna': it should be addresses")


@pytest.mark.parametrize("name", ["pace_conversation", "pace_address"])
@pytest.mark.parametrize("value", ["2", "0", "-1", "1000001", "7.5", '"many"', "true", "[30]", "inf", "nan"])
def test_a_pace_that_nobody_could_keep_is_refused(tmp_path, name, value):
    (tmp_path / "askdesk.toml").write_text(f"{name} = {value}\n")
    where = {"pace_conversation": "in one conversation", "pace_address": "from one address"}[name]
    right = f"it should be questions and messages a minute that are taken {where}, from 3 to 1000000"
    sentence = refusal()
    assert sentence.startswith(f"setting {name} is ")
    assert sentence.endswith(right)


def test_the_least_and_the_greatest_pace_are_taken(tmp_path):
    (tmp_path / "askdesk.toml").write_text("pace_conversation = 3\npace_address = 1000000\n")
    taken = load()
    assert (taken.pace_conversation, taken.pace_address) == (3, 1_000_000)
