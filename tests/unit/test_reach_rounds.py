"""Rounds: everybody gets a turn, nobody waits for a hanging site, what breaks ends nothing else."""

from __future__ import annotations

import asyncio
import threading

import pytest

from barometer.reach.rounds import run

SITES = [f"site{number}.example" for number in range(40)]


def rounds(look, *, sites=SITES, every=0.0, stop_after=None, **options):
    """Run, and give what was handed over, in its order; stops after so many results."""
    results = []

    async def go():
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def keep(site, result):
            results.append((site, result))
            if stop_after and len(results) >= stop_after:
                loop.call_soon_threadsafe(stop.set)

        await run(lambda: sites, every, look, keep, stop, **options)

    asyncio.run(go())
    return results


async def well(site):
    return f"seen {site}"


def test_every_site_is_looked_at_once_a_round():
    assert sorted(rounds(well)) == sorted((site, f"seen {site}") for site in SITES)
    assert len(rounds(well, sites=["a.example", "a.example"])) == 1


def test_one_hanging_site_delays_no_other():
    """The hanging one ends only when all others have been handed over."""
    done, all_done = [], asyncio.Event()

    async def look(site):
        if site == SITES[0]:
            await all_done.wait()
            return "at last"
        done.append(site)
        if len(done) == len(SITES) - 1:
            all_done.set()
        return "seen"

    results = rounds(look, most=2, limit=600)
    assert len(results) == len(SITES) and results[-1] == (SITES[0], "at last")


def test_sites_that_hung_share_a_quarter_of_the_places():
    """Eight sites hang in the first round; of eight places they have two in the second."""
    hanging, round_of, at_once, most = set(SITES[:8]), {}, 0, 0

    async def look(site):
        nonlocal at_once, most
        turn = round_of[site] = round_of.get(site, 0) + 1
        if site in hanging:
            at_once += 1
            if turn == 2:
                most = max(most, at_once)
            try:
                await asyncio.sleep(0.05)
            finally:
                at_once -= 1

    rounds(look, every=0.3, most=8, slow=0.04, stop_after=2 * len(SITES))
    assert 1 <= most <= 2


def test_a_look_that_does_not_end_or_breaks_gives_nothing():
    async def look(site):
        if site == SITES[0]:
            await asyncio.Event().wait()
        if site == SITES[1]:
            raise KeyError("broken")
        return "seen"

    results = dict(rounds(look, limit=0.05))
    assert results.pop(SITES[0]) is None and results.pop(SITES[1]) is None
    assert set(results.values()) == {"seen"}


def test_results_are_kept_in_one_thread_that_is_not_the_loops():
    threads = set()

    async def go():
        await run(
            lambda: SITES, 0, well, lambda site, result: threads.add(threading.get_ident()), asyncio.Event()
        )

    asyncio.run(go())
    assert len(threads) == 1 and threading.get_ident() not in threads


def test_the_list_is_asked_anew_and_looks_are_spread_over_the_round():
    """Two rounds of two sites: each look begins within its half of nine tenths of the round."""
    lists = [["a.example", "b.example"], ["b.example", "c.example"]]
    begun = []

    async def go():
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        async def look(site):
            begun.append((site, loop.time()))

        def keep(site, result):
            if len(begun) == 4:
                loop.call_soon_threadsafe(stop.set)

        await run(lambda: lists.pop(0), 0.4, look, keep, stop)

    asyncio.run(go())
    assert [site for site, _ in begun] == ["a.example", "b.example", "b.example", "c.example"]
    assert begun[2][1] - begun[0][1] >= 0.4 - 0.18  # a round later, but for the chance within its place


def test_stopping_breaks_off_what_is_under_way():
    async def look(site):
        if site != SITES[0]:
            await asyncio.Event().wait()
        return "seen"

    assert rounds(look, stop_after=1, limit=600) == [(SITES[0], "seen")]


def test_a_ledger_that_cannot_keep_ends_the_run():
    def keep(site, result):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        asyncio.run(run(lambda: SITES, 0, well, keep, asyncio.Event()))
