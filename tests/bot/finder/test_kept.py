from bot.finder.kept import MOST_PINS, MOST_RECENT, Kept, Pin


def test_the_latest_search_is_on_top_and_stands_there_once(engine):
    kept = Kept(engine)
    for words in ("gift card", "warranty", "Gift  CARD"):
        kept.remember("maja", words)
    assert kept.recent("maja") == ("Gift  CARD", "warranty")


def test_the_oldest_searches_are_let_go(engine):
    kept = Kept(engine)
    for number in range(MOST_RECENT + 3):
        kept.remember("maja", f"search {number}")
    assert kept.recent("maja") == tuple(f"search {number}" for number in range(MOST_RECENT + 2, 2, -1))


def test_each_agent_has_their_own(engine):
    kept = Kept(engine)
    kept.remember("maja", "warranty")
    kept.pin("maja", "en/returns#~0", "Returns")
    assert kept.recent("ole") == ()
    assert kept.pins("ole") == ()
    kept.forget("ole")
    assert kept.recent("maja") == ("warranty",)
    kept.forget("maja")
    assert kept.recent("maja") == ()


def test_a_pin_stays_until_it_is_let_go(engine):
    kept = Kept(engine)
    assert kept.pin("maja", "en/returns#~0", "Returns")
    assert kept.pin("maja", "en/returns#~0", "Returns")
    assert kept.pins("maja") == (Pin("en/returns#~0", "Returns"),)
    kept.unpin("maja", "en/returns#~0")
    assert kept.pins("maja") == ()


def test_there_is_an_end_to_pins(engine):
    kept = Kept(engine)
    pinned = [kept.pin("maja", f"en/returns#~{number}", "Returns") for number in range(MOST_PINS + 1)]
    assert pinned == [True] * MOST_PINS + [False]
    assert len(kept.pins("maja")) == MOST_PINS
