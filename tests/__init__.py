"""The tests, in the shape of the packages that they test."""

from index.threads import one_for_each_question

one_for_each_question()  # before any test loads NumPy
