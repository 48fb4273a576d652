"""A customer's conversation: heard, answered, passed on to people. Knows neither the desk nor any page."""
