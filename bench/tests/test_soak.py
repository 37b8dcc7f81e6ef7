"""Which memory the soak calls growing."""

import soak

MB = 1 << 20


def verdict(samples):
    return soak.is_growing(*soak.growth(samples))


def test_memory_that_fills_up_first_and_stays_is_flat():
    assert not verdict([20 * MB] * 10 + [100 * MB] * 110)


def test_a_leak_is_seen_however_it_is_spread():
    assert verdict([100 * MB + number * MB // 8 for number in range(120)])
    # In steps, as malloc takes memory from the kernel.
    assert verdict([100 * MB + number // 7 * MB for number in range(120)])


def test_one_burst_that_malloc_keeps_is_no_leak():
    assert not verdict([100 * MB] * 80 + [110 * MB] * 40)


def test_growth_within_the_bound_is_flat():
    assert not verdict([100 * MB + number * MB // 100 for number in range(120)])


def test_few_samples_are_no_error():
    assert not verdict([100 * MB] * 4)
