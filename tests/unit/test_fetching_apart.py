"""What a hostile file does to its parser stays with the parser."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time

import pytest

from barometer.errors import ParseFailed, TooLarge, Unreadable
from barometer.fetching import Apart, run_apart

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children with limits are POSIX's")
MEMORY = 256 << 20
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="namespaces are Linux's")


def run(apart, name, argument=b"salem", seconds=20.0, memory=MEMORY):
    return apart.run(f"fakes.misbehaving:{name}", argument, seconds=seconds, memory=memory)


def failure(name, argument=b"salem", seconds=20.0, **options):
    """The kind of failure; the same Apart must go on working after it."""
    with Apart() as apart:
        with pytest.raises(ParseFailed) as failed:
            run(apart, name, argument, seconds, **options)
        assert run(apart, "length")["size"] == 5
    assert failed.value.next_step
    return failed.value.kind


def test_a_result_comes_back_as_plain_values():
    result = run_apart("fakes.misbehaving:length", b"salem", seconds=20, memory=MEMORY)
    assert result.pop("pid") != os.getpid()
    assert result == {"size": 5, "head": b"sale", "list": [1, 2.5, None, True]}


def test_a_large_argument_passes():
    assert (
        run_apart("fakes.misbehaving:length", b"x" * (24 << 20), seconds=20, memory=MEMORY)["size"]
        == 24 << 20
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("hoard", "too much memory"),
        ("open_socket", "refused"),
        ("look_up", "refused"),
        ("run_program", "refused"),
        ("kill_parent", "refused"),
        ("die", "died"),
        ("leave", "died"),
        ("forged", "died"),
        ("forged_twice", "died"),
        ("recurse", "failed"),
        ("crash", "failed"),
        ("not_plain", "failed"),
        ("no_such_function", "failed"),
    ],
)
def test_what_goes_wrong_is_said_and_the_next_file_is_read(name, kind):
    assert failure(name) == kind


@pytest.mark.parametrize("warm", [True, False])
def test_a_loop_ends_in_time(warm):
    with Apart() as apart:
        if warm:
            run(apart, "length")
        begin = time.monotonic()
        with pytest.raises(ParseFailed) as failed:
            run(apart, "loop", seconds=0.5)
        assert failed.value.kind == "took too long" and 0.4 < time.monotonic() - begin < 5


def test_a_parser_that_does_not_start_or_is_told_to_end_is_not_the_files_fault(monkeypatch):
    with Apart() as apart:
        run(apart, "length")
        child = apart._slots.queue[0]
        ending = threading.Timer(0.3, child._process.terminate)
        ending.start()
        with pytest.raises(ParseFailed) as told:
            run(apart, "loop", seconds=60)
        assert (told.value.kind, told.value.message) == ("stopped", "the parser was told to end")
        monkeypatch.setattr("barometer.fetching.apart._START", 0)
        with pytest.raises(ParseFailed) as late:
            run(apart, "length")
        assert (late.value.kind, late.value.message) == ("stopped", "the parser did not start in time")


def test_memory_is_counted_beyond_what_imports_take():
    with Apart() as apart:
        assert run(apart, "modest", 100 << 20, memory=200 << 20) == 100 << 20
        with pytest.raises(ParseFailed) as failed:
            run(apart, "modest", 300 << 20, memory=200 << 20)
    assert failed.value.kind == "too much memory"


def test_standard_output_may_be_flooded():
    assert run_apart("fakes.misbehaving:flood", b"", seconds=30, memory=MEMORY) == "done"


def test_files_are_neither_written_nor_removed(tmp_path):
    path = tmp_path / "file"
    assert failure("write_file", str(path)) == "refused" and not path.exists()
    path.write_text("here")
    assert failure("remove_file", str(path)) == "refused" and path.exists()


def test_errors_of_the_house_come_back_as_they_are():
    with Apart() as apart:
        with pytest.raises(Unreadable) as unreadable:
            run(apart, "unreadable")
        assert str(unreadable.value) == "a.pdf: page 2: it is empty. Next: look again."
        with pytest.raises(TooLarge, match=r"^too much\.$"):
            run(apart, "too_large")


@LINUX
def test_what_surrounds_a_parser(monkeypatch):
    monkeypatch.setenv("SECRET", "key")
    result = run_apart("fakes.misbehaving:surroundings", b"", seconds=20, memory=MEMORY)
    assert "SECRET" not in result["environment"] and "PATH" not in result["environment"]
    assert (result["privileges"], result["core"], result["size"]) == ("1", 0, 0)


@LINUX
def test_the_kernel_takes_the_network_away_where_it_permits():
    """Only the child's own loopback is left, and that is down."""
    result = run_apart("fakes.misbehaving:surroundings", b"", seconds=20, memory=MEMORY)
    if result["interfaces"] != ["lo"]:
        pytest.skip("this kernel permits no namespaces")
    assert (
        run_apart("fakes.misbehaving:connect_past_the_hook", b"", seconds=20, memory=MEMORY) == "unreachable"
    )


@LINUX
def test_the_kernel_forbids_programs_and_files_where_it_permits(tmp_path):
    path = tmp_path / "kept"
    path.write_text("here")
    result = run_apart("fakes.misbehaving:touch_past_the_hook", str(tmp_path), seconds=20, memory=MEMORY)
    if result == {"make": 0, "remove": 0, "run": 0}:
        pytest.skip("this kernel has no Landlock")
    assert result == {"make": errno.EACCES, "remove": errno.EACCES, "run": errno.EACCES}
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


def test_a_child_is_used_again_and_then_replaced():
    with Apart(calls=3) as apart:
        children = [run(apart, "length")["pid"] for _ in range(7)]
    assert [children.count(child) for child in dict.fromkeys(children)] == [3, 3, 1]


def test_no_child_is_left():
    with Apart(workers=2) as apart:
        child = run(apart, "length")["pid"]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_child_that_is_gone_between_two_calls_is_replaced():
    with Apart() as apart:
        child = run(apart, "length")["pid"]
        os.kill(child, 9)
        time.sleep(0.2)
        assert run(apart, "length")["pid"] != child


def test_several_at_a_time():
    results = []
    with Apart(workers=2) as apart:
        threads = [
            threading.Thread(
                target=lambda size: results.append(run(apart, "length", b"x" * size)["size"]), args=(size,)
            )
            for size in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(results) == list(range(8))
