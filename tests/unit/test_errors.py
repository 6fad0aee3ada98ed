"""An error is one line that names the file, the value and the next step."""

import pytest

from barometer.errors import BadInput, BarometerError, TooLarge, Unreadable, WrongShape


def test_a_line_with_everything():
    error = TooLarge(
        "210,000,000 bytes is over the limit", file="a.txt", place="line 3", next_step="cut it in two"
    )
    assert str(error) == "a.txt: line 3: 210,000,000 bytes is over the limit. Next: cut it in two."


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (BarometerError("no such case"), "no such case."),
        (BarometerError("no such case."), "no such case."),
        (BarometerError("two\nlines\tand a tab"), "two lines and a tab."),
        (BadInput("it is empty", file="b.md"), "b.md: it is empty."),
    ],
)
def test_always_one_line_that_ends_with_a_stop(error, line):
    assert str(error) == line


def test_the_tree():
    assert issubclass(Unreadable, BadInput)
    assert issubclass(WrongShape, BadInput)
    assert issubclass(BadInput, BarometerError)
