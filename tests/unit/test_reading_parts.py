"""What the words beside a name say of its part: values that a person worked out, all names invented."""

import pytest

from barometer.reading.mentions import mentions
from barometer.reading.parts import parts, words_beside
from barometer.reading.people import Scene
from barometer.reading.sentences import sentences


@pytest.mark.parametrize(
    ("text", "language", "name", "part"),
    [
        ("The court heard a lawsuit by Alma Testova against the paper.", "en", "Alma Testova", "claims"),
        ("The paper printed an article about Alma Testova.", "en", "Alma Testova", "about"),
        ("Суд рассмотрел иск Алмы Тестовой к газете.", "ru", "Алмы Тестовой", "claims"),
    ],
)
def test_the_part_of_a_name(text, language, name, part):
    found = mentions(text, language)
    scene = Scene(text, language, tuple(sentences(text)), found)
    assert part in parts(scene, next(m for m in found.people if m.written == name))


def test_a_word_with_a_capital_letter_is_never_a_sign():
    text = "yesterday Dina Modelova and reporter Alma Testova were detained"
    start = text.index("Alma")
    found = words_beside(text, "en", start, start + len("Alma Testova"))
    assert "en -NAME" in found and "en -0 report" in found
    assert not [word for word in found if "model" in word.casefold() or "dina" in word.casefold()]
