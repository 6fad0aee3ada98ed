"""Which case an event goes on: weights added up by hand; all names are invented."""

import math

import pytest

from barometer.cases.matching import Outline, likely_cases
from barometer.codebook import Event


def event(name="Alma Testova", type_="legal.house_arrest", **more):
    values = {
        "kind": "violation",
        "types": [type_],
        "date": "2031-03-10",
        "targets": [{"name": name, "written": name, "type": "journalist"}],
    }
    return Event.model_validate(values | more)


BEFORE = event(type_="legal.criminal_case", date="2031-02-01", provisions=["KZ-CC-274"])


def test_the_same_person_and_article_within_three_months():
    later = event(provisions=["KZ-CC-274"])
    (found,) = likely_cases(later, [Outline.of("testova-274", [BEFORE])])
    # -4 to begin with, 4.5 person, 2 article, 1 the same group, 0.5 close
    assert found.probability == pytest.approx(1 / (1 + math.exp(-(-4 + 4.5 + 2 + 1 + 0.5))), abs=0.001)
    assert [reason.name for reason in found.reasons] == ["person", "provision", "proceeding", "close"]
    assert found.reasons[1].text() == "the same article: KZ-CC-274"
    assert found.reasons[1].text("ru") == "та же статья: KZ-CC-274"


def test_another_article_years_later_is_another_story():
    later = event(date="2034-03-10", provisions=["KZ-CC-130"])
    assert likely_cases(later, [Outline.of("testova-274", [BEFORE])]) == ()


def test_another_spelling_meets_another_person_does_not():
    outline = Outline.of("testova-274", [BEFORE])
    assert likely_cases(event("Алма Тестова", provisions=["KZ-CC-274"]), [outline])[0].slug == "testova-274"
    assert likely_cases(event("Dina Modelova", provisions=["KZ-CC-274"]), [outline]) == ()


def test_nobody_in_common_is_no_case_whatever_else_is_alike():
    other = event("Dina Modelova", type_="legal.criminal_case", provisions=["KZ-CC-274"], date="2031-02-01")
    assert likely_cases(other, [Outline.of("testova-274", [BEFORE])], least=0.0) == ()


def test_the_likelier_case_comes_first_whatever_the_order():
    digital = event(type_="digital.account_hacking", date="2030-01-01")
    outlines = [Outline.of("testova-hacked", [digital]), Outline.of("testova-274", [BEFORE])]
    later = event(provisions=["KZ-CC-274"])
    for some in (outlines, outlines[::-1]):
        assert likely_cases(later, some, least=0.0)[0].slug == "testova-274"
    assert likely_cases(later, [], least=0.0) == ()


def test_what_happens_once_and_a_day_apart():
    outline = Outline.of("testova", [event(type_="legal.foreign_agent", date="2031-02-01")])
    [found] = likely_cases(event(type_="legal.foreign_agent"), [outline])
    # -4 to begin with, 4.5 person, 3.5 what rarely happens twice, 0.5 close
    assert found.probability == pytest.approx(1 / (1 + math.exp(-(-4 + 4.5 + 3.5 + 0.5))), abs=0.001)
    assert found.is_firm
    [found] = likely_cases(event(type_="legal.arrest", date="2031-02-02"), [Outline.of("x", [BEFORE])])
    assert [reason.name for reason in found.reasons] == ["person", "day", "proceeding", "close"]
    assert found.reasons[1].text() == "on the same day or nearly: 2031-02-02, 2031-02-01"


@pytest.mark.parametrize(("day", "named"), [("2031-02-03", True), ("2031-02-04", False), ("2031-02", False)])
def test_a_day_is_near_for_two_days_and_a_month_is_no_day(day, named):
    [found] = likely_cases(event(date=day), [Outline.of("x", [BEFORE])])
    assert ("day" in {reason.name for reason in found.reasons}) is named


def test_a_name_and_a_kind_are_never_firm():
    outline = Outline.of("x", [event(date="2031-03-01", place={"country": "KZ", "region": "KZ-75"})])
    [found] = likely_cases(event(place={"country": "KZ", "region": "KZ-75"}), [outline])
    assert found.probability > 0.9
    assert not found.is_firm


def test_a_reason_is_kept_as_it_was():
    [found] = likely_cases(event(provisions=["KZ-CC-274"]), [Outline.of("x", [BEFORE])])
    for reason in found.reasons:
        assert type(reason).from_json(reason.to_json()) == reason
