import pytest
from argon2 import PasswordHasher

from bot.access.account import AccountError, Accounts
from bot.access.audit import EntryFilter, entries
from bot.access.password import WeakPassword
from bot.access.tables import UserRow
from bot.database.engine import reading, writing
from bot.state.store import Store
from tests.bot.access.conftest import PASSWORD

BY = "command:test"


@pytest.fixture
def store(tmp_path):
    return Store.open(None, tmp_path)


@pytest.fixture
def accounts(store):
    return Accounts(store.engine)


def done(store):
    with reading(store.engine) as session:
        return [
            (entry.who, entry.action, entry.what, entry.details) for entry in entries(session, EntryFilter())
        ]


def test_a_user_is_made_found_and_listed(accounts, store):
    assert not accounts.some()
    given = {
        "role": "editor",
        "shown": " Maja \u202e Holm ",
        "email": "m@shop.example",
        "languages": ["da", "en"],
    }
    made = accounts.add(" Maja ", PASSWORD, BY, **given)
    assert (made.user.name, made.user.shown, made.user.role) == ("maja", "Maja Holm", "editor")
    assert made.user.languages == ("da", "en")
    assert accounts.some()
    assert accounts.find("MAJA") == made
    assert accounts.all() == (made,)
    assert done(store) == [(BY, "user added", "maja", {"role": "editor"})]


def test_who_is_made_without_a_role_is_an_agent(accounts):
    assert accounts.add("ole", PASSWORD, BY).user.role == "agent"


@pytest.mark.parametrize(
    ("name", "more", "why"),
    [
        ("", {}, "can't be the name"),
        ("local", {}, "can't be the name"),
        ("Nobody", {}, "can't be the name"),  # the audit log calls those so whom it can't name
        ("../etc", {}, "can't be the name"),
        ("majа", {}, "can't be the name"),  # its last letter is Cyrillic
        ("x" * 65, {}, "can't be the name"),
        ("ole", {"shown": "\u200b"}, "1 to 80 characters"),
        ("ole", {"email": "nowhere"}, "no address"),
        ("ole", {"role": "king"}, "agent, editor, admin"),
        ("ole", {"languages": ["da", "Danish"]}, "'Danish' is no language code: write one such as da"),
    ],
)
def test_what_can_t_be_is_refused_and_nothing_is_stored(accounts, name, more, why):
    with pytest.raises(AccountError, match=why):
        accounts.add(name, PASSWORD, BY, **more)
    assert accounts.all() == ()


def test_a_language_is_kept_as_tickets_name_theirs(accounts):
    made = accounts.add("ole", PASSWORD, BY, languages=["DA", " pt-BR ", "da", "zh_Hans"])
    assert made.user.languages == ("da", "pt", "zh")


def test_a_name_is_given_once(accounts):
    accounts.add("maja", PASSWORD, BY)
    with pytest.raises(AccountError, match="already"):
        accounts.add("Maja", PASSWORD, BY)


def test_an_unknown_name_is_told(accounts):
    with pytest.raises(AccountError, match="no user 'nobody'"):
        accounts.disable("nobody", BY)


def test_only_name_and_password_together_let_in(accounts):
    accounts.add("maja", PASSWORD, BY)
    assert accounts.check(" MAJA", PASSWORD).name == "maja"
    assert accounts.check("maja", "another password") is None
    assert accounts.check("ole", PASSWORD) is None
    assert accounts.check("\ud800\x00", PASSWORD) is None


def test_who_is_disabled_is_not_let_in_until_enabled(accounts, store):
    accounts.add("maja", PASSWORD, BY)
    assert accounts.disable("maja", BY).disabled is not None
    assert accounts.check("maja", PASSWORD) is None
    assert accounts.enable("maja", BY).disabled is None
    assert accounts.check("maja", PASSWORD) is not None
    assert [what[1] for what in done(store)] == ["user enabled", "user disabled", "user added"]


def test_a_new_password_replaces_the_old_one_and_a_weak_one_nothing(accounts):
    accounts.add("maja", PASSWORD, BY)
    with pytest.raises(WeakPassword):
        accounts.set_password("maja", "weak", BY)
    assert accounts.check("maja", PASSWORD) is not None
    accounts.set_password("maja", "four loud mallards", BY)
    assert accounts.check("maja", PASSWORD) is None
    assert accounts.check("maja", "four loud mallards") is not None


def test_a_change_is_recorded_with_what_is_new(accounts, store):
    accounts.add("maja", PASSWORD, BY, shown="Maja")
    changed = accounts.change("maja", BY, role="admin", shown="Maja", skills=["billing", "bikes"])
    assert (changed.user.role, changed.user.skills) == ("admin", ("billing", "bikes"))
    assert done(store)[0] == (BY, "user changed", "maja", {"role": "admin", "skills": "billing, bikes"})


def test_an_address_can_be_taken_away_again(accounts, store):
    accounts.add("maja", PASSWORD, BY, email="m@shop.example")
    assert accounts.change("maja", BY, shown="Maja").email == "m@shop.example"
    assert accounts.change("maja", BY, email=" ").email is None
    assert done(store)[0] == (BY, "user changed", "maja", {"email": ""})
    with pytest.raises(AccountError, match="no address"):
        accounts.change("maja", BY, email="nowhere")


def test_an_outdated_hash_is_made_anew_at_sign_in(accounts, store):
    accounts.add("maja", PASSWORD, BY)
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with writing(store.engine) as session:
        session.query(UserRow).one().password = old
    assert accounts.check("maja", "a wrong password") is None
    with reading(store.engine) as session:
        assert session.query(UserRow).one().password == old
    assert accounts.check("maja", PASSWORD) is not None
    with reading(store.engine) as session:
        assert session.query(UserRow).one().password.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert accounts.check("maja", PASSWORD) is not None


def test_no_password_is_in_the_database_or_the_log(accounts, tmp_path):
    accounts.add("maja", PASSWORD, BY)
    accounts.set_password("maja", "four loud mallards", BY)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSWORD.encode() not in stored
    assert b"mallards" not in stored
