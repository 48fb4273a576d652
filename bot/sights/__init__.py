"""What a page is shown at a moment: read from what is kept, and drawn by `bot.pages`. Decides nothing."""
