"""Requests at the desk in a browser: the pages are well for everyone, and the work is done without scripts."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from looking import editor, languages, log_in, looks_well, picture

from barometer.web.public import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BY = "Alma Invented"


@pytest.fixture
def desk(transactional_db, live_server, settings, tmp_path, monkeypatch) -> str:
    """Requests of every standing, one with a letter to decide on."""
    from barometer.web.actions import requests, requests_events, requests_import, requests_steps
    from barometer.web.actions.requests import Asked

    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 20))
    editor()

    def record(title: str, sent: date, body: str, **more) -> object:
        return requests.record(
            Asked(
                body=body, kind=more.pop("kind", "journalist"), channel="eotinish", language="ru", title=title, sent_on=sent,
                questions=("Сколько зонтов куплено в 2025 году?", "По какой цене и у кого?"), number=more.pop("number", ""),
                outlet="Дала Таңы", asker="Bolat Imaginary", text="Просим сообщить, сколько потрачено на зонты.", **more,
            ),
            by=BY,
        )  # fmt: skip

    late = record("Расходы на зонты", date(2026, 5, 4), "Министерство погоды", number="77-А")
    record("Число закрытых родников", date(2026, 5, 14), "Комитет источников")
    record(
        "Список выданных разрешений на воздушных змеев",
        date(2026, 5, 13),
        "Акимат Верхнего Облака",
        kind="access",
    )
    done = record("Сколько дождей было в апреле", date(2026, 4, 20), "Бюро дождя")
    requests_steps.add(done, "answered", date(2026, 4, 24), by=BY)
    requests_events.look()
    letter = EmailMessage()
    letter["From"], letter["Subject"], letter["Date"] = (
        "o@weather.example",
        "Ответ",
        "Tue, 19 May 2026 10:00:00 +0500",
    )
    letter["Message-ID"] = "<r@weather.example>"
    letter.set_content(
        "Министерство погоды рассмотрело Ваш запрос № 77-А. Запрашиваемые сведения имеют пометку «для служебного "
        "пользования» и не могут быть предоставлены."
    )
    requests_import.take(late, letter.as_bytes(), "Ответ министерства.eml", by=BY)
    return f"{live_server.url}/desk/requests/"


@pytest.mark.parametrize("language", languages("ru"))
def test_the_pages_are_well_for_everyone(desk, browser, language):
    from barometer.web.records.requests import InformationRequest

    late = InformationRequest.objects.get(title="Расходы на зонты")
    page, axe = browser(width=1280, locale=language), Axe()
    log_in(page, desk)
    assert page.locator("html").get_attribute("lang") == language
    picture(page, f"requests-{language}")
    paths = ["", f"{late.public_id}/", "new/"]
    if language != "ru":  # axe takes seconds a page: these in the long run
        paths += ["rules/", "rules/new/?over=journalist.2024-08-20", "bring/"]
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(desk + path)
        name = path.partition("?")[0].strip("/").replace("/", "-").replace(late.public_id, "one")
        picture(page, f"requests-{name or 'list'}-{language}")
        looks_well(page, axe, path)
    assert not page.asked.complaints


def test_the_work_is_done_without_scripts_on_a_telephone(desk, browser):
    page = browser(width=390, java_script_enabled=False)
    log_in(page, desk)
    page.get_by_role("link", name="Расходы на зонты").click()
    page.get_by_text("The letter, with the words on which this rests").click()
    assert page.locator("mark").count() >= 1
    page.get_by_role("button", name="Decide").click()
    assert "The step is written down." in page.locator("[role=status]").inner_text()
    assert page.locator(".timeline h3").all_inner_texts() == ["Sent", "Refused to answer"]
    events = page.locator("section", has=page.get_by_role("heading", name="Events")).locator("li")
    assert events.count() == 2
    page.get_by_label("Question 1").select_option("not")
    page.get_by_role("button", name="Note the verdicts").click()
    assert page.locator(".req-questions .badge").first.inner_text() == "not answered"
