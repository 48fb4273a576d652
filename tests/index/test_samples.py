from index.samples import sample_questions


def test_every_language_has_enough_samples_for_a_mean() -> None:
    samples = sample_questions()
    assert {"en", "da", "pl", "ar", "zh"} <= set(samples)
    assert len(samples) >= 30
    assert min(len(texts) for texts in samples.values()) >= 30


def test_no_sample_is_empty_or_said_twice() -> None:
    for language, texts in sample_questions().items():
        assert all(text == text.strip() != "" for text in texts), language
        assert len(set(texts)) == len(texts), language
