"""Every reader of what comes from outside, on broken files: a value or an error of the house, in time and in little memory.

The readers and the files are those of tools/fuzz.py, which follows the code that is reached and runs for as long as one
likes; here each is tried a few times.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from fuzzing import targets, trying

from barometer.errors import BarometerError

WITH_THE_HOUSE = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
TARGETS = targets.all_targets()
#: Readers of texts are slow to load, and have tests of their own (test_reading_hostile.py).
QUICK = sorted(
    TARGETS.keys() - {"scan", "bulletin", "story", "letter", "relevance", "amounts", "when", "reply"}
)
_FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
_MANY = settings(_FEW, max_examples=400)


def stumbles(name: str, data: bytes) -> tuple[str, str] | None:
    """What goes wrong; a busy machine is no fault, so the clock is a generous one."""
    return trying.tried(TARGETS[name].run, data, 5 * trying.SECONDS, TARGETS[name].memory)


@cache
def seeds_of(name: str) -> list[bytes]:
    """The same for all tries: what is sealed is otherwise each time it is sealed."""
    return TARGETS[name].seeds()


def try_broken(name: str, chance) -> None:
    """One of the seeds, broken."""
    target = TARGETS[name]
    data = target.broken(chance.choice(seeds_of(name)), chance)
    found = stumbles(name, data)
    assert found is None, f"{found[0]}: tools/fuzz.py {name} --replay FILE, of {data[:3000]!r}\n{found[1]}"


@pytest.mark.parametrize("name", QUICK)
@_FEW
@given(chance=st.randoms(use_true_random=False))
def test_a_broken_file_ends_in_a_value_or_in_an_error_with_words(name, chance):
    try_broken(name, chance)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(TARGETS))
@_MANY
@given(chance=st.randoms(use_true_random=False))
def test_many_broken_files_do(name, chance):
    try_broken(name, chance)


@pytest.mark.parametrize("name", QUICK)
def test_a_whole_file_is_read(name):
    """The seeds are files that are read, or the tries would try nothing: of each target one at least ends in a value."""
    said = []
    for data in TARGETS[name].seeds():
        try:
            TARGETS[name].run(data)
            return
        except BarometerError as error:
            said.append(str(error))
    raise AssertionError(said)


def test_an_endless_one_and_a_greedy_one_are_told():
    def endless(_: bytes) -> None:
        while True:
            pass

    assert trying.tried(endless, b"", 0.2)[0].startswith("TooSlow")
    greedy = "import trying; print(trying.tried(lambda _: (b'x' * (300 << 20)).count(b'y'), b'', 5.0)[0])"
    told = subprocess.run(
        [sys.executable, "-c", greedy],
        cwd=Path(trying.__file__).parent,
        env=WITH_THE_HOUSE,
        capture_output=True,
    )  # in a process that never held more
    assert told.stdout == b"TooMuch\n", told.stderr
    assert trying.tried(lambda _: 1 // 0, b"")[0].startswith("ZeroDivisionError")
