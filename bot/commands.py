"""The command `askdesk`: what is typed, what is printed, and with which exit status."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.access.commands import audit, operator, user
from bot.command import DONE, REFUSED, commands_of, readable
from bot.command import print_document as _print
from index.threads import one_for_each_question

if TYPE_CHECKING:
    from bot.access.audit import Action
    from bot.settings import Settings
    from kb.article import Audience

_EPILOG = (
    "Settings come from askdesk.toml in this folder and from ASKDESK_… in the environment. "
    "Exit status: 0 done, 1 refused with a sentence, 2 wrong usage."
)


@click.group(
    epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="askdesk")
def main() -> None:
    """Answer customers' questions from a folder of articles, in their language, with the source.

    \b
    First steps:
      askdesk build                             make an index of articles/
      askdesk ask "Can I return a gift?"        what the chat would say
      askdesk serve                             chat at /, agents' desk at /desk, editors' studio at /studio
    """
    one_for_each_question()


command = commands_of(main)


def _language_code(_context: click.Context, _parameter: click.Parameter, code: str | None) -> str | None:
    from kb.language import base

    if code is not None and base(code) is None:
        raise click.BadParameter(f"{code} is no language code; expected one such as da or zh")
    return code and base(code)


_language = click.option(
    "--language",
    metavar="L",
    callback=_language_code,
    help="The question's language, such as da. [default: detected]",
)


@command
@click.option("--shrink", is_flag=True, help="Publish even if most articles are gone since the last build.")
def build(settings: "Settings", as_json: bool, shrink: bool) -> int:
    """Make an index of the articles and publish it.

    Unchanged text is not embedded again. A running server answers from the new index within a second or two;
    should anything fail or be stopped half way, the old index answers on.
    """
    from bot.editions import build_index
    from bot.show import ProgressLine, built_document, show_built

    with ProgressLine() as report:
        built = build_index(settings, report, shrink=shrink)
    _record(settings, "index built", built.generation, articles=str(built.articles))
    _print(built_document(built), as_json, show_built)
    return DONE


@command
@click.argument("question", callback=readable)
@_language
@click.option("-k", type=click.IntRange(1, 100), default=5, show_default=True, help="Articles at the most.")
@click.option("--agents", is_flag=True, help="Also search articles that are for agents only.")
@click.option("--explain", is_flag=True, help="Say which field, which words and what else counted.")
def search(
    settings: "Settings",
    as_json: bool,
    question: str,
    language: str | None,
    k: int,
    agents: bool,
    explain: bool,
) -> int:
    """Find the articles nearest to QUESTION, with similarity and confidence."""
    from bot.answer.document import explained_document, search_document
    from bot.editions import find, find_why, open_index
    from bot.message import accepted
    from bot.show import show_hits

    question = accepted(question, settings.max_message, "en").text
    index = open_index(settings, _warn)
    index.warm()
    audience: Audience = "agents" if agents else "public"
    if explain:
        why = find_why(index, settings, question, language, audience=audience, k=k)
        document = explained_document(*why)
    else:
        document = search_document(find(index, settings, question, language, audience=audience, k=k))
    _print(document, as_json, show_hits)
    return DONE


@command
@click.argument("question", callback=readable)
@_language
def ask(settings: "Settings", as_json: bool, question: str, language: str | None) -> int:
    """Say what the chat would reply to QUESTION, without recording anything."""
    from bot.answer.consider import Basis, consider_once
    from bot.editions import open_index
    from bot.show import show_reply

    index = open_index(settings, _warn)
    index.warm()
    basis = Basis(index, settings, page_language=language or settings.languages[0], language=language)
    _print(consider_once(question, basis).document, as_json, show_reply)
    return DONE


@command
@click.argument("questions", type=click.Path(path_type=Path))
def evaluate(settings: "Settings", as_json: bool, questions: Path) -> int:
    """Measure the index on a file of QUESTIONS whose answers are known.

    Each line: {"question": "…", "language": "en", "expect": ["slug"]}; the language may be left out, any of
    the slugs is right, and an empty list means that no article answers.
    """
    from bot.editions import evaluate_index, open_index
    from bot.show import show_evaluation
    from index.evaluate import read_questions

    known = read_questions(questions)
    _print(evaluate_index(open_index(settings, _warn), settings, known), as_json, show_evaluation)
    return DONE


@command
@click.option("--host", help="Address to listen on. [default: 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes a free one. [default: 7860]"
)
def serve(settings: "Settings", as_json: bool, host: str | None, port: int | None) -> int:
    """Serve the chat at /, the agents' desk at /desk and the editors' studio at /studio.

    Desk and studio answer this machine only, until there is a user: see 'askdesk user'.
    """
    from bot.server import run
    from bot.settings import load

    run(load(data=settings.data, articles=settings.articles, host=host, port=port))
    return DONE


@command
@click.argument("generation", required=False)
@click.option("--list", "only_list", is_flag=True, help="List the generations kept, and change nothing.")
def rollback(settings: "Settings", as_json: bool, generation: str | None, only_list: bool) -> int:
    """Answer from an earlier index again: the one before the current one, or GENERATION."""
    from bot.editions import generations
    from bot.show import generations_document, show_generations

    kept = generations(settings)
    if not only_list:
        _record(settings, "index rolled back", kept.rollback(generation))
    _print(generations_document(kept), as_json, show_generations)
    return DONE


@command
@click.option(
    "--test",
    "tries",
    is_flag=True,
    help="Tell every receiver but Chatwoot something harmless, and show what each answers.",
)
def notify(settings: "Settings", as_json: bool, tries: bool) -> int:
    """Show who is told of tickets, and what waits to be told.

    With --test, exit status 1 means that somebody could not be told.
    """
    from bot.notify.outbox import Outbox
    from bot.notify.trial import receivers, show_counts, show_trial, trial
    from bot.state.store import Store

    if tries:
        tried = trial(settings)
        _print(tried, as_json, show_trial)
        return DONE if all(one["accepted"] for one in tried["receivers"]) else REFUSED
    counts = Outbox(Store.open(settings.database_url, settings.data).engine).counts()
    _print({"receivers": receivers(settings), "notices": counts}, as_json, show_counts)
    return DONE


@command
def shift(settings: "Settings", as_json: bool) -> int:
    """List what is open for the next shift: for how long, what was promised, what is overdue.

    Danger comes first, then overdue promises.
    """
    from datetime import UTC, datetime

    from bot.show import show_shift
    from bot.state.store import Store
    from bot.takeover.shift import shift as stand
    from bot.takeover.shift import shift_document

    store = Store.open(settings.database_url, settings.data)
    _print(shift_document(stand(store, datetime.now(UTC))), as_json, show_shift)
    return DONE


def _record(settings: "Settings", action: "Action", what: str, **details: str) -> None:
    """Adds to the audit log what was done; a log that can't be written does not undo it."""
    from bot.database.engine import StateError
    from bot.state.store import Store

    try:
        Store.open(settings.database_url, settings.data).record(operator(), action, what, **details)
    except StateError as error:
        _warn(f"this is not in the audit log: {error}")


def _warn(sentence: str) -> None:
    click.echo(f"askdesk: {sentence}", err=True)


main.add_command(user)
command(audit)
