"""Questions to start from, taken from the articles themselves."""

from collections.abc import Iterable

from bot.phrase import FALLBACK
from kb.article import Article


def example_questions(articles: Iterable[Article], language: str, count: int) -> tuple[str, ...]:
    """Up to `count` questions that these articles answer, far apart in the library.

    They are in that language where it has articles, else in English.
    """
    asked = [article for article in articles if article.questions]
    for code in (language, FALLBACK):
        questions = [
            article.questions[0]
            for article in sorted(asked, key=lambda article: article.slug)
            if article.language == code
        ]
        if questions:
            step = max(1, len(questions) // count)
            return tuple(questions[::step][:count])
    return ()
