"""Threads: one question, one thread.

FAISS and NumPy share every product of vectors among all processors. A question's are so small that they take
longer to share than to compute, and whatever else the machine does, the one waits for the other.
"""

import os

POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def one_for_each_question() -> None:
    """Hold FAISS and NumPy to one thread, unless the environment says how many.

    To be called before they are loaded. On two cores a search among 10,000 invented articles took 16 ms then,
    not 30; a build of the example shop whose texts are known 16 s, not 19, and two of them at once 18 s, not
    28.
    """
    for pool in POOLS:
        os.environ.setdefault(pool, "1")
