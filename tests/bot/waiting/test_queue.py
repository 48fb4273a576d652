from dataclasses import replace

import pytest
from pydantic import ValidationError

from bot.waiting.queue import Matter, Queue, matter, route, routed
from kb.language import Language
from tests.bot.fakes import WARRANTY, knowledge

NORDIC = Queue(name="Nordic", languages=("da", "sv"))
BICYCLES = Queue(name="Bicycles", products=("Kestrel",), languages=("en", "da"))
BILLING = Queue(name="Billing", skills=("billing", "upset"))
REST = Queue(name="Rest")
ALL = (NORDIC, BICYCLES, BILLING, REST)


def about(language="en", products=(), skills=()):
    return Matter(language, frozenset(products), frozenset(skills))


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (about("da"), "Nordic"),
        (about("pl"), "Rest"),
        (about("en", ["Kestrel"]), "Bicycles"),
        (about("da", ["kestrel"]), "Bicycles"),  # the product says more than the language
        (about("pl", ["Kestrel"]), "Rest"),  # nobody there speaks it
        (about("en", [], ["billing"]), "Billing"),
        (about("en", ["Kestrel"], ["billing"]), "Bicycles"),
        (about("da", [], ["upset"]), "Billing"),
        (about(None), "Rest"),
    ],
)
def test_a_matter_goes_to_the_queue_that_is_made_most_for_it(wanted, name):
    assert route(wanted, ALL).name == name


def test_a_matter_that_fits_no_queue_goes_to_those_who_speak_its_language():
    assert route(about("sv"), (BICYCLES, NORDIC)).name == "Nordic"
    danes = Queue(name="Danes", languages=("da",), products=("Kestrel",))
    assert route(about("da", ["Lamp"]), (BILLING, danes)).name == "Danes"
    assert route(about("da", ["Lamp"]), (Queue(name="Poles", languages=("pl",)), danes)).name == "Danes"


def test_a_matter_that_nobody_was_made_for_goes_to_the_first_queue():
    assert route(about("pl"), (NORDIC, Queue(name="Other", languages=("en",)))).name == "Nordic"


def test_without_queues_a_ticket_is_of_none():
    assert routed(about("pl", ["Kestrel"]), ()) == {"product": "Kestrel", "queue": None}
    assert routed(about("pl"), ALL) == {"product": None, "queue": "Rest"}


def test_of_equals_the_first_one_is_taken():
    assert route(about("en"), (REST, Queue(name="Later"))).name == "Rest"


def test_a_matter_is_what_the_likely_articles_are_about():
    articles = (replace(WARRANTY, product="Kestrel", tags=("frame", "bicycles")),)
    found = knowledge(articles).search("Is my frame covered?", Language("en", 1.0))
    assert matter(found, "asked", "en", 0.5) == about("en", ["Kestrel"], ["frame", "bicycles", "asked"])
    assert matter(found, "asked", "en", 1.1) == about("en", [], ["asked"])
    assert matter(None, "upset", None, 0.5) == about(None, [], ["upset"])


@pytest.mark.parametrize(
    "written", [{"name": ""}, {"name": "x" * 41}, {"name": "x", "email": ["a@b\nBcc: c@d"]}, {}]
)
def test_a_queue_without_a_name_or_with_an_address_that_is_none_is_refused(written):
    with pytest.raises(ValidationError):
        Queue(**written)


def test_an_address_may_have_an_apostrophe_before_the_at_sign():
    assert Queue(name="x", email=["o'brien@shop.example"]).email == ("o'brien@shop.example",)
    with pytest.raises(ValidationError):
        Queue(name="x", email=["bo@o'brien.example"])
