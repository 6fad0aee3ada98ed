"""What may be asked: the parameters of each list, as OpenAPI describes them and as questions are checked by them.

The filters are those of the site (`public/filters.py`), so that an address of the events page is a question here too.
A parameter that nothing knows is refused: a misspelt filter would otherwise answer with everything.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext
from pydantic import BaseModel, Field, create_model

from barometer.codebook import codebook
from barometer.codebook.values import PROVISION, SLUG
from barometer.countries import country
from barometer.web.public import filters, stories
from barometer.web.public.api.answers import Problem
from barometer.web.public.api.paging import CURSOR, MOST, USUAL
from barometer.web.public.words import ABROAD, COUNTRY, LANGUAGES, NO_MONTH, NO_REGION

QUARTER = r"^[1-9][0-9]{3}Q[1-4]$"


def _one_of(*values: str) -> Any:
    return Literal[tuple(values)]  # type: ignore[valid-type]


def _like(pattern: str, longest: int = 120) -> Any:
    return Annotated[str, Field(pattern=pattern, max_length=longest)]


#: Each filter of the events page: what its values are, and what it means.
_ID = "^[a-z0-9]{16}$"
_DAY = Annotated[str, Field(json_schema_extra={"format": "date"})]
_FILTERS: dict[str, tuple[Any, str]] = {
    "period": (_like(QUARTER), "The quarter whose bulletin prints it, such as 2026Q1."),
    "section": (_like(r"^[1-9][0-9]?$"), "The section of the bulletin."),
    "kind": (_one_of(*codebook().kinds), "Violation, relief or context."),
    "counts": (_one_of(*filters.COUNTS), "How it counts."),
    "word": (_one_of(*filters.WORDS_OF), "Whether it stands on one side's word alone."),
    "type": (_one_of(*codebook().types), "A type of the codebook; any of an event's types."),
    "month": (_like(rf"^({NO_MONTH}|[1-9][0-9]{{3}}-(0[1-9]|1[0-2]))$"), "The month, or none."),
    "region": (_one_of(NO_REGION, ABROAD, *country(COUNTRY).regions), "ISO 3166-2, abroad, or none."),
    "actor": (_one_of(*codebook().actor_types), "The type of who did it."),
    "provision": (_like(rf"^{PROVISION.pattern}$", 40), "An article that was relied on, such as KZ-CC-274."),
    "case": (_like(rf"^{SLUG.pattern}$"), "A case, by its slug."),
    "person": (_like(_ID), "A person, by id."),
    "outlet": (_like(_ID), "An outlet, by id."),
    "body": (_like(_ID), "A public body, by id."),
    "from": (_DAY, "Events from this day on."),
    "to": (_DAY, "Events up to this day."),
    "link": (_one_of(*codebook().work_links), "How surely it is linked to the work."),
}


class Language(BaseModel):
    """Every answer: the language of its labels."""

    lang: _one_of(*LANGUAGES) = Field(LANGUAGES[0], description="The language of labels.")  # type: ignore[valid-type]


class Listed(Language):
    """Every list: where to go on, and how many at once."""

    cursor: str | None = Field(
        None, pattern=CURSOR, description="Where to go on: from `next` of the page before."
    )
    limit: int = Field(USUAL, ge=1, le=MOST, description="Records on a page.")


EventsAsked = create_model(
    "EventsAsked",
    __base__=Listed,
    q=(
        str,
        Field("", max_length=filters.LONGEST_TEXT, description="Words, in any of the languages and scripts."),
    ),
    format=(_one_of("json", "csv"), Field("json", description="JSON, or CSV for a spreadsheet.")),
    **{
        name: (
            list[_FILTERS[name][0] if name in _FILTERS else str],
            Field(
                [],
                max_length=filters.MOST_VALUES,
                description=_FILTERS[name][1] if name in _FILTERS else "As on the events page.",
            ),
        )
        for name in filters.KNOWN
    },
)


class CasesAsked(Listed):
    """Cases: the site's own filters."""

    state: _one_of(*stories.STANDINGS) | None = Field(None, description="Where a case stands.")  # type: ignore[valid-type]
    period: str | None = Field(
        None, pattern=QUARTER, description="The quarter whose bulletin tells of the case."
    )


def refuse_unknown(request: HttpRequest, asked: BaseModel) -> None:
    """Problem for a parameter that this list does not have."""
    known = type(asked).model_fields
    for name in request.GET:
        if name not in known:
            shown = "".join(sign for sign in name if sign.isprintable())[:40]
            raise Problem(
                400,
                gettext("There is no parameter of this name."),
                field=shown,
                next_step=gettext("Known here: %(names)s.") % {"names": ", ".join(known)},
            )


def events_filters(request: HttpRequest) -> filters.Filters:
    """The filters of a question; Problem for a value that none of them knows."""
    wanted = filters.parse(request.GET)
    if wanted.rejected:
        name, _, value = wanted.rejected[0].partition("=")
        raise Problem(
            400,
            gettext("“%(value)s” is no value of this filter.") % {"value": value},
            field=name,
            next_step=gettext("The page “API” of the site lists the values."),
        )
    return wanted
