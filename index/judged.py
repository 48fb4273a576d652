"""Judged questions: asked by people, with what people have said of their answers."""

from dataclasses import dataclass, replace

from index.calibrate import Judged
from index.catalogue import Catalogue
from index.centre import Means
from index.memory import Memory
from index.names import Names


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question and the slugs that answer it, none where no article does; or those that did not help."""

    text: str
    language: str
    answered_by: frozenset[str] = frozenset()
    turned_down: frozenset[str] | None = None
    """Where a customer said only what does not answer; None where it is known what does."""

    def known(self, catalogue: Catalogue, memory: Memory, means: Means, names: Names) -> Judged:
        """The same as the calibration needs it; slugs that are gone are left out."""
        language = means.language_of(self.text, self.language)
        asked = replace(memory.asked(means, names, [self.text], [language])[0], language=self.language)
        wrong = None if self.turned_down is None else _topics(catalogue, self.turned_down)
        return Judged(asked, _topics(catalogue, self.answered_by), wrong)


def _topics(catalogue: Catalogue, slugs: frozenset[str]) -> frozenset[int]:
    return frozenset(topic for topic, slug in enumerate(catalogue.slugs) if slug in slugs)
