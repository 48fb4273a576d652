"""Accept-Language: what a browser says of the languages that its user reads."""

LONGEST = 500
"""Characters that are heard of it: it may say anything."""


def preferred(accepted: str, among: tuple[str, ...]) -> str:
    """The best of these languages for a browser that sent this, the first where none is wished for."""
    wishes = [wish.partition(";q=") for wish in accepted[:LONGEST].lower().replace(" ", "").split(",")]
    ranked = sorted(wishes, key=lambda wish: wish[2] or "1", reverse=True)
    codes = (tag.partition("-")[0] for tag, _, _ in ranked)
    return next((code for code in codes if code in among), among[0])
