import os
import subprocess
import sys

import pytest

SEEN = (
    "from index.threads import one_for_each_question; one_for_each_question();"
    "import faiss, numpy, scipy.linalg; from threadpoolctl import threadpool_info;"
    "print({pool['num_threads'] for pool in threadpool_info()})"
)


@pytest.mark.parametrize(("asked", "held"), [({}, "{1}"), ({"OMP_NUM_THREADS": "2"}, "{2}")])
def test_numbers_are_worked_on_in_one_thread_unless_the_environment_says_how_many(asked, held):
    environment = {name: value for name, value in os.environ.items() if not name.endswith("NUM_THREADS")}
    if asked:
        environment["OPENBLAS_NUM_THREADS"] = "2"
    done = subprocess.run(
        [sys.executable, "-c", SEEN], env={**environment, **asked}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == held
