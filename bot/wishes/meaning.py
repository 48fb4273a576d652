"""What a message wishes by its meaning, where no known wording tells, and what small talk it is.

A softmax regression over the message's vector. It was fitted by tests/benchmarks/wishes.py to messages in
five languages and reads others too, since the model puts what means the same near together. A fault told in
strong words, and a subject told in anger, have columns of their own: "the damn pump leaks" is no anger at us.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoder import Encoder

MeantSmallTalk = Literal["greeting", "thanks", "farewell"]
MeantWish = Literal["person", "upset", "unhelpful", MeantSmallTalk]

MEANT: tuple[MeantWish, ...] = ("person", "upset", "unhelpful", *get_args(MeantSmallTalk))
FILE = Path(__file__).parent / "meaning.npz"
ENOUGH = 0.45
"""Probability from which on a wish is taken as meant; the benchmark shows what is found and what is not."""
ENOUGH_OF_ANGER = 0.55
"""The same for anger. Of 4,524 real questions to banks, shops, software and an encyclopaedia, some of them
angry, 2.3 % are taken for it with 0.45 and 1.8 % with this."""
ENOUGH_OF_FEW = 0.75
"""The same for anger in a few words: "macie zniżki studenckie" has 0.68. Of 608 others that are held out 10
are taken for upset, with 0.7 12, and of 115 upset ones 96 and 97 are found."""
ENOUGH_OF_DANGER = 0.4
"""The same for danger, which need not be likeliest. With known wordings 175 of 201 reports that are held
out are known, 138 of 157 in five languages and 37 of 44 in others; of 1,088 others 6 are taken for one."""
PLAIN_DANGER = 0.8
"""The same for a message with words of a question about danger, and for one sentence of a longer message."""
DOUBTFUL_DANGER = 0.1
"""From which on the clauses of a sentence are looked at, too: "it caught fire, what now" reports and asks."""
WORDED_DANGER = 0.02
"""The least, of the whole or of a part, where a known wording tells of danger: a phone "充电到了 80%" has the
characters of a shock. Reports with a wording that are held out have 0.05 and more."""
ENOUGH_SMALL_TALK = 0.65
"""The same for small talk: it finds 36 of 72 wordings that are held out, most of languages never fitted to,
and takes two of 79 subjects of few words in many languages for it; with 0.6 it is 40, and four."""


@dataclass(frozen=True, slots=True)
class WishClassifier:
    """Reads wishes from vectors of one model."""

    model: str
    wishes: tuple[str, ...]
    """What each column stands for; `other` is none. Columns of one wish are added."""
    mean: "NDArray[np.float32]"
    """Of all that it was fitted to (dimension,)."""
    weights: "NDArray[np.float32]"
    """(dimension + 1, wishes), the last row the intercepts."""

    def probabilities(self, vector: "NDArray[np.float32]") -> dict[str, float]:
        """Of each wish, for the vector of a message as the model gives it (dimension,)."""
        import numpy as np

        centred = vector - self.mean
        logits = (centred / max(float(np.linalg.norm(centred)), 1e-9)) @ self.weights[:-1] + self.weights[-1]
        raised = np.exp(logits - logits.max())
        found = dict.fromkeys(self.wishes, 0.0)
        for wish, share in zip(self.wishes, (raised / raised.sum()).tolist(), strict=True):
            found[wish] += share
        return found

    def danger(self, vector: "NDArray[np.float32]") -> float:
        """The probability that danger is reported."""
        return self.probabilities(vector).get("danger", 0.0)

    def wish(self, vector: "NDArray[np.float32]", *, few_words: bool = False) -> MeantWish | None:
        """The wish beside danger that is meant, None where it is none or not plain for so many words."""
        found = self.probabilities(vector)
        found.pop("danger", None)
        likeliest = max(found, key=lambda wish: found[wish])
        small_talk: tuple[MeantSmallTalk, ...] = get_args(MeantSmallTalk)
        named: dict[str, MeantWish] = {wish: wish for wish in MEANT}
        enough = ENOUGH_SMALL_TALK if likeliest in small_talk else ENOUGH
        if likeliest == "upset":
            enough = ENOUGH_OF_FEW if few_words else ENOUGH_OF_ANGER
        return named.get(likeliest) if found[likeliest] >= enough else None


@cache
def classifier(model: str) -> WishClassifier | None:
    """The classifier for a model's vectors, None for a model that it was not fitted to."""
    import numpy as np

    with np.load(FILE) as arrays:
        if str(arrays["model"]) != model:
            return None
        return WishClassifier(model, tuple(arrays["wishes"].tolist()), arrays["mean"], arrays["weights"])


@lru_cache(maxsize=4096)
def vector_of(encoder: "Encoder", text: str) -> "NDArray[np.float32]":
    """A text as the model sees it; sentences that answer often are at hand (1.5 KB each)."""
    return encoder.question(text)
