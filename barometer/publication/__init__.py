"""What leaves the house: the bulletin, in three languages and six formats, with the quarter's figures."""

from barometer.publication.chart import Chart, charts
from barometer.publication.compose import compose
from barometer.publication.render import ENDINGS, FORMATS, MEDIA_TYPES, render, render_all
from barometer.publication.values import (
    BulletinOut,
    Figures,
    House,
    ImprintIn,
    InForce,
    IssueIn,
    Item,
    Linked,
    MonthItems,
    Said,
    SectionIn,
    SectionOut,
    StoryIn,
)

__all__ = [
    "ENDINGS",
    "FORMATS",
    "MEDIA_TYPES",
    "BulletinOut",
    "Chart",
    "Figures",
    "House",
    "ImprintIn",
    "InForce",
    "IssueIn",
    "Item",
    "Linked",
    "MonthItems",
    "Said",
    "SectionIn",
    "SectionOut",
    "StoryIn",
    "charts",
    "compose",
    "render",
    "render_all",
]
