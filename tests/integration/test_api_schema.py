"""The interface keeps what its OpenAPI document says, whatever it is asked (schemathesis)."""

# ruff: noqa: F811 (fixtures that come from another module)

from __future__ import annotations

import json

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from test_people import ledger, today  # noqa: F401 (fixtures)

from barometer.web.config.wsgi import application
from barometer.web.public.api import answers, limits
from barometer.web.public.api.routes import api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection, positive_data_acceptance, unsupported_method,
]  # fmt: skip


#: The document, as the interface gives it.
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
schema.app = application


@pytest.fixture(autouse=True)
def interface(ledger, monkeypatch):
    """The interface over a published ledger, with no limit to questions, in the test's own connection."""
    monkeypatch.setattr(answers, "limits", limits.Limits(burst=1_000_000))
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@schema.exclude(path_regex="/(outlets|bodies)").parametrize()  # which are as people
@settings(max_examples=2, deadline=None, suppress_health_check=_QUIET)
def test_every_answer_is_as_the_document_says(case):
    case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})


@pytest.mark.long
@schema.parametrize()
@settings(max_examples=100, deadline=None, suppress_health_check=_QUIET)
def test_every_answer_is_as_the_document_says_at_length(case):
    case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})
