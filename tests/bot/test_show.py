from bot.show import show_reply


def test_what_can_be_chosen_is_listed_under_the_question():
    reply = {
        "kind": "suggestions",
        "confidence": 0.5,
        "milliseconds": 4,
        "text": "Which country is it about?",
        "suggestions": [
            {
                "question": "Old appliances",
                "article": "a",
                "language": "en",
                "condition": {"value": "Poland"},
            },
            {
                "question": "Can you take my fridge?",
                "article": "b",
                "language": "en",
                "sentence": "We take one for each that you buy.",
            },
        ],
    }
    assert show_reply(reply).splitlines()[2:] == [
        "Which country is it about?",
        "",
        "- Poland (en/a)",
        "- Can you take my fridge? (en/b): We take one for each that you buy.",
    ]
