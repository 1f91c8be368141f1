"""Waits for an answer of another machine, but not without end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as LateError
from typing import TypeVar

T = TypeVar("T")


def answer_within(seconds: float, ask: Callable[[], T]) -> T:
    """Call a function that may wait for another machine.

    Not every wait of Dask's can be limited: a scheduler that is frozen takes connections and never says a word. So a thread waits in
    place of this one; when time is up it is left alone, and the program's end does not wait for it.

    Args:
        seconds: How long it may take by the clock.
        ask: The function.

    Raises:
        TimeoutError: If time is up. What the function raises is raised, too.
    """
    answer: Future[T] = Future()

    def wait() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # whatever it is, the other thread gets it
            answer.set_exception(error)

    threading.Thread(target=wait, daemon=True).start()
    try:
        return answer.result(seconds)
    except LateError:
        if answer.done():  # the function's own
            raise
        raise TimeoutError(f"no answer within {seconds:g} s") from None
