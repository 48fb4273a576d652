"""The reader: from what a customer typed to what the ranker needs."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from index.centre import Means
from index.encoder import Encoder, Vectors
from index.names import Names
from index.rank import Asked
from index.spelling import Spelling
from index.view import PROMPT_OF, SHORT, View


@dataclass(frozen=True)
class Reader:
    """Spells a question as it was meant, and has the model see it."""

    encoder: Encoder
    spelling: Spelling
    names: Names
    means: Means

    def meant(self, question: str, language: str) -> str:
        """The question as it is likeliest meant."""
        return self.spelling.mended(question, language, self.encoder.length, self.encoder.lexicon)

    def others(self, meant: str, language: str) -> list[str]:
        """How else it may be meant, as far as the model's vocabulary tells words from slips."""
        lexicon = self.encoder.lexicon
        return [] if lexicon is None else self.spelling.others(meant, language, lexicon)

    def asked(self, meant: str, language: str) -> Asked:
        """A question that needs no mending, by a customer who is spoken to in that language."""
        own = self.means.language_of(meant, language)
        rest = self.names.without(meant)
        texts = [meant] if rest is None else [meant, rest]
        seen = list(self._side_by_side.map(lambda view: self._seen(own, *view), product(texts, SHORT)))
        of_rest = None if rest is None else (rest, seen[len(SHORT) :])
        return Asked.of(meant, seen[: len(SHORT)], language, of_rest)

    def _seen(self, language: str, text: str, view: View) -> Vectors:
        raw = self.encoder.question(text, PROMPT_OF[view])
        seen: Vectors = self.means.bare(view, [language], raw[None])[0]
        return seen

    @cached_property
    def _side_by_side(self) -> Executor:
        """Threads in which the model sees a question and what is left of it in both views at once."""
        return ThreadPoolExecutor(2 * len(SHORT), "view")
