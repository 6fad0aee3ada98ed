"""A monitor's own spreadsheet in a browser: handed in, mapped, looked at, imported, without scripts and on a telephone."""

from __future__ import annotations

import pytest
from looking import editor, log_in, looks_well

from barometer.web.records.models import Event, EvidenceItem, Source
from barometer.web.records.tables import PendingTable, TableMapping

pytestmark = pytest.mark.browser

TABLE = """№;Когда;Вид нарушения;Кто;Регион;Что произошло;Прочее
1;14.03.2031;Штраф;Ойла;Алматы;Выдуманный суд оштрафовал газету;x
2;март 2031;Побили на площади;Ойла;Шымкент;Выдуманного корреспондента побили;y
3;вчера;Штраф;Ойла;Алматы;Здесь нет даты;z
"""


@pytest.fixture
def desk(site, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    editor()
    return f"{site.url}/desk/tables/"


@pytest.mark.long
def test_a_table_comes_in_without_scripts(desk, browser):
    from axe_playwright_python.sync_playwright import Axe

    axe, page = Axe(), browser(width=390, java_script_enabled=False)
    before = Event.objects.count()
    log_in(page, desk)
    file = {"name": "мои случаи.csv", "mimeType": "text/csv", "buffer": TABLE.encode("cp1251")}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url("**/desk/tables/*/")
    assert page.get_by_label("Вид нарушения").input_value() == "type"
    assert page.get_by_label("Прочее").input_value() == ""
    page.get_by_label("Кто", exact=True).select_option(label="Who was hit")
    page.get_by_text("The same for all rows").click()
    page.get_by_label("What they are", exact=True).select_option(label="Outlet")
    page.get_by_role("button", name="Look at the rows").click()
    page.wait_for_url("**/rows/")
    assert Event.objects.count() == before
    assert page.get_by_text("“вчера” is no date").count() == 1

    page.get_by_label("Type: “Побили на площади”").select_option(label="Physical attack")
    page.get_by_role("button", name="These words mean this").click()
    assert page.get_by_role("link", name="to be added 2").count() == 1
    page.get_by_role("button", name="Import as proposals").click()
    assert "cannot be taken, so nothing was" in page.get_by_role("alert").inner_text()
    assert Event.objects.count() == before
    page.get_by_label("Take the good rows").check()
    page.get_by_label("Keep the mapping under a name").fill("Мои случаи")
    page.get_by_role("button", name="Import as proposals").click()
    assert page.get_by_role("status").inner_text() == "2 rows were imported."
    assert Event.objects.count() == before + 2
    assert Source.objects.filter(name="мои случаи").exists()
    assert EvidenceItem.objects.filter(original_name="мои случаи.csv").count() == 1
    with page.expect_download() as download:
        page.get_by_role("link", name="as CSV").click()
    told = download.value.path().read_text(encoding="utf-8-sig")
    assert told.count("\n") == 2 and "“вчера” is no date" in told

    page.goto(desk)
    mended = TABLE.replace("вчера", "15.03.2031").encode("cp1251")
    page.get_by_label("File", exact=True).set_input_files(file | {"buffer": mended})
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url("**/desk/tables/*/")
    assert page.get_by_text("read as “Мои случаи”").count() == 1
    page.get_by_label("Published historically").check()
    page.get_by_role("button", name="Look at the rows").click()
    page.get_by_role("button", name="Import as published").click()
    assert page.get_by_role("status").inner_text() == "3 rows were imported."
    assert Event.objects.public().filter(item__source__name="мои случаи").count() == 3
    assert (PendingTable.objects.count(), TableMapping.objects.count()) == (1, 1)
    page.asked.complaints = [one for one in page.asked.complaints if "400" not in one]
    assert not page.asked.complaints

    page = browser()
    log_in(page, desk)
    looks_well(page, axe, "tables")
    for path in ("", "rows/"):
        page.goto(f"{desk}{PendingTable.objects.get().public_id}/{path}")
        looks_well(page, axe, path)
