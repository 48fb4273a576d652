"""The page that a link in a mail leads to: it exchanges the link for a key, and goes on to the chat."""

from string import Template

from bot.pages.element import element, joined
from bot.phrase import phrase
from bot.settings import Settings
from kb.language import direction

_PAGE = Template(
    """<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="stylesheet" href="/askdesk/theme.css">
<link rel="stylesheet" href="/askdesk/article.css">
<script type="module" src="/askdesk/back.js"></script>
</head>
<body>
<main class="article"><h1>$company</h1>
<div id="refused" hidden>$refused</div>
<noscript>$refused</noscript>
</main>
</body>
</html>
"""
)


def page(settings: Settings) -> str:
    """In every language of the chat: whose link is refused is known to nobody."""
    said = (
        element("p", phrase("link_refused", code), lang=code, dir=direction(code))
        for code in settings.languages
    )
    chat = element("p", element("a", settings.company, href="./"))
    company = element("bdi", settings.company)
    return _PAGE.substitute(title=joined([settings.company]), company=company, refused=joined([*said, chat]))
