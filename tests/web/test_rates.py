"""Rate limits and growing waits."""

from __future__ import annotations

from web_client import Clock

from qa.web.security.rates import Backoff, Rate


def test_a_rate_is_kept_per_client():
    """A client has its burst at once and then one request an interval; other clients do not wait for it."""
    clock = Clock()
    rate = Rate(60, 3, clock)
    assert [rate.wait("one") for _ in range(4)] == [0, 0, 0, 1]
    assert rate.wait("other") == 0
    clock.now = 1.0
    assert rate.wait("one") == 0
    assert rate.wait("one") == 1


def test_waiting_grows_and_is_forgotten():
    """Each failure after the free ones doubles the wait up to its limit; a success or a long pause resets it."""
    clock = Clock()
    backoff = Backoff(free=2, most=8, clock=clock)
    assert [backoff.wait("x") for _ in range(4)] == [0, 0, 0, 1]
    waits = []
    for _ in range(5):
        clock.now += backoff.wait("x")
        backoff.wait("x")
        waits.append(backoff.wait("x"))
    assert waits == [2, 4, 8, 8, 8]
    backoff.succeeded("x")
    assert backoff.wait("x") == 0
    assert backoff.wait("x") == 0
