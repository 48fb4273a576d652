from kb.problem import KnowledgeError, Problem
from kb.shelf import Changed


def test_a_problem_prints_where_and_what() -> None:
    assert str(Problem("da/returns.md:3", "expected a title")) == "da/returns.md:3: expected a title"


def test_every_refusal_is_a_knowledge_error_that_prints_a_sentence() -> None:
    refusal = Changed("da/returns.md", "removed")
    assert isinstance(refusal, KnowledgeError)
    assert (
        str(refusal) == "da/returns.md was removed since you opened it: open it again and repeat your change"
    )
