"""A problem: what is wrong with the knowledge, said so that an editor can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault that was found while reading; everything else is read all the same."""

    where: str
    """The file below the articles folder, with its line where there is one: `da/returns.md:3`."""
    what: str
    """The fault and its remedy in one sentence."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class KnowledgeError(Exception):
    """What this package refuses to do; prints as a sentence that says what to do instead."""
