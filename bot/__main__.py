"""`python -m bot` is `askdesk`."""

from bot.commands import main

if __name__ == "__main__":
    main()
