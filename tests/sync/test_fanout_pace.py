"""When the fan-out takes its turn."""

from __future__ import annotations

import itertools
import threading

from sync.fanout_pace import LINGER_S, Pace


def gathered(pace: Pace) -> tuple[threading.Thread, threading.Event]:
    """Begin to gather in a thread; the event is set when that is over."""
    is_over = threading.Event()

    def gather() -> None:
        pace.let_gather(threading.Event())
        is_over.set()

    thread = threading.Thread(target=gather, daemon=True)
    thread.start()
    return thread, is_over


def test_a_batch_under_way_is_waited_for() -> None:
    pace = Pace(lambda: "1")
    with pace.taking_batch(), pace.taking_batch():
        thread, is_over = gathered(pace)
        assert not is_over.wait(0.1)
    thread.join(5)
    assert is_over.is_set()


def test_behind_a_large_batch_the_next_one_is_waited_for() -> None:
    pace = Pace(lambda: "1")
    with pace.taking_batch(100):
        pass
    thread, is_over = gathered(pace)
    with pace.taking_batch(100):
        assert not is_over.wait(LINGER_S * 2)
    thread.join(5)
    assert is_over.is_set()


def test_a_batch_that_failed_is_not_waited_for() -> None:
    pace = Pace(lambda: "1")
    try:
        with pace.taking_batch():
            raise ValueError
    except ValueError:
        pass
    thread, is_over = gathered(pace)
    thread.join(5)
    assert is_over.is_set()


def test_people_who_never_stop_writing_do_not_keep_news_from_the_others() -> None:
    numbers = itertools.count()
    thread, is_over = gathered(Pace(lambda: str(next(numbers))))
    thread.join(5)
    assert is_over.is_set()
