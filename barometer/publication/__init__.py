"""What leaves the house: the bulletin, in three languages and four formats, with the quarter's figures."""

from barometer.publication.chart import Chart, chart
from barometer.publication.compose import compose
from barometer.publication.render import FORMATS, render
from barometer.publication.values import (
    BulletinOut,
    Figures,
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
    "FORMATS",
    "BulletinOut",
    "Chart",
    "Figures",
    "IssueIn",
    "Item",
    "Linked",
    "MonthItems",
    "Said",
    "SectionIn",
    "SectionOut",
    "StoryIn",
    "chart",
    "compose",
    "render",
]
