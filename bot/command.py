"""What all commands have in common: their options, how they refuse, and what they print."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

Document = dict[str, Any]
DONE, REFUSED = 0, 1


def commands_of(group: click.Group) -> Callable[[Callable[..., int]], click.Command]:
    """The decorator for the commands of a group, which all take the same options.

    Refusals are told as one sentence.
    """

    def command(function: Callable[..., int]) -> click.Command:

        @wraps(function)
        def run(data: Path | None, articles: Path | None, as_json: bool, **own: Any) -> None:
            from bot.fault import BotError
            from bot.settings import load
            from index.errors import IndexingError
            from kb.problem import KnowledgeError

            try:
                sys.exit(function(load(data=data, articles=articles), as_json, **own))
            except (BotError, IndexingError, KnowledgeError) as error:
                click.echo(f"askdesk: {error}", err=True)
                sys.exit(REFUSED)
            except OSError as error:
                click.echo(f"askdesk: {error.filename or 'the system'}: {error.strerror or error}", err=True)
                sys.exit(REFUSED)

        folder = click.Path(file_okay=False, path_type=Path)
        for option in (
            click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."),
            click.option("--articles", type=folder, help="Folder of articles. [default: articles]"),
            click.option("--data", type=folder, help="Folder of the index and the database. [default: var]"),
        ):
            run = option(run)
        return group.command()(run)

    return command


def readable(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """The text with a question mark for every byte that is none: a shell passes on any."""
    return text and text.encode("utf-8", "replace").decode()


def print_document(document: Document, as_json: bool, show: Callable[[Document], str]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False) if as_json else show(document))
