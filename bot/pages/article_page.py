"""An article as a page of its own: for customers who follow a source, and for agents at the desk."""

from html import escape
from string import Template

from bot.answer.link import followed
from bot.pages.render import html
from bot.phrase import FALLBACK, frame, phrase
from kb.anchor import anchors
from kb.article import Article
from kb.language import direction
from kb.markdown import headings

_PAGE = Template(
    """<!doctype html>
<html lang="$language" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="stylesheet" href="/askdesk/theme.css">
<link rel="stylesheet" href="/askdesk/article.css">
</head>
<body>
<main class="article">
<h1>$title</h1>
$body
$reviewed
</main>
</body>
</html>
"""
)


def article_page(article: Article) -> str:
    """The whole article as HTML; its headings bear the anchors that passages are cited by."""
    return _PAGE.substitute(
        language=escape(article.language),
        direction=direction(article.language),
        title=escape(article.title),
        body=html(followed(article.body, article), [*anchors(headings(article.body))]),
        reviewed=_reviewed(article),
    )


def _reviewed(article: Article) -> str:
    if article.reviewed is None:
        return ""
    date = article.reviewed.isoformat()
    before, after = phrase("reviewed", frame(article.language, FALLBACK), date="\0").split("\0")
    return f'<p><small>{escape(before)}<time datetime="{date}">{date}</time>{escape(after)}</small></p>'
