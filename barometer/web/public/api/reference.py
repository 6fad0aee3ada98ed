"""The page on the interface: what its OpenAPI document says, in plain HTML; whoever runs scripts may ask from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from ninja import NinjaAPI

#: So many values of a list stand in the open; a longer list is folded.
FEW = 8


@dataclass(frozen=True)
class Field:
    """A parameter of a question, or a field of an answer."""

    name: str
    type: str
    link: str  # the object that it is, "" for plain values
    values: tuple[str, ...]
    said: str
    default: str
    required: bool

    @property
    def many(self) -> bool:
        """Whether its values are too many to stand in the open."""
        return len(self.values) > FEW


@dataclass(frozen=True)
class Operation:
    """An address: what it answers and what may be asked of it."""

    id: str
    path: str
    summary: str
    said: str
    parameters: tuple[Field, ...]
    answer: Field | None
    statuses: tuple[tuple[str, str], ...]
    example: str


@dataclass(frozen=True)
class Object:
    """An object of an answer with its fields."""

    name: str
    said: str
    fields: tuple[Field, ...]


def page(api: NinjaAPI) -> Any:
    """The view of the page on this interface. It may fetch from its own host, and show icons that its styles hold."""

    @csp_update({"connect-src": [SELF], "img-src": ["data:"]})  # type: ignore[untyped-decorator]
    def view(request: HttpRequest) -> HttpResponse:
        document = api.get_openapi_schema()
        return render(
            request,
            "public/api.html",
            {
                "document": document,
                "groups": list(groups(document)),
                "objects": list(objects(document)),
                "openapi": reverse("api:openapi-json"),
                "base": reverse("api:api-root"),
            },
        )

    return view


def root(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the page on it."""
    return HttpResponseRedirect(reverse("api:docs"))


def groups(document: Mapping[str, Any]) -> Iterator[tuple[str, list[Operation]]]:
    """The addresses by their tag, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        told = methods["get"]
        found.setdefault((told.get("tags") or ["other"])[0], []).append(_operation(path, told, document))
    yield from found.items()


def _operation(path: str, told: Mapping[str, Any], document: Mapping[str, Any]) -> Operation:
    content = told["responses"][200].get("content", {}).get("application/json", {})
    return Operation(
        id=told["operationId"],
        path=path,
        summary=told["summary"],
        said=told.get("description", ""),
        parameters=tuple(
            _field(one["name"], one["schema"], document, required=one.get("required", False))
            for one in told["parameters"]
        ),
        answer=_field("", content["schema"], document) if content else None,
        statuses=tuple((str(status), one["description"]) for status, one in told["responses"].items()),
        example="" if "{" in path else f"{path}?lang=en",
    )


def objects(document: Mapping[str, Any]) -> Iterator[Object]:
    """The objects of answers, by name; pages of lists are told with their addresses."""
    for name, schema in sorted(document["components"]["schemas"].items()):
        if schema.get("type") == "object" and "properties" in schema:
            required = schema.get("required", ())
            yield Object(
                name,
                schema.get("description", ""),
                tuple(
                    _field(field, one, document, required=field in required)
                    for field, one in schema["properties"].items()
                ),
            )


def _field(
    name: str, schema: Mapping[str, Any], document: Mapping[str, Any], *, required: bool = True
) -> Field:
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    one = kinds[0] if kinds else schema
    inner = one.get("items", one) if one.get("type") == "array" else one
    link = inner.get("$ref", "").rpartition("/")[2]
    kind = link or inner.get("type", "")
    values = inner.get("enum") or ([inner["const"]] if "const" in inner else [])
    default = schema.get("default")
    return Field(
        name=name,
        type=f"{kind}[]" if inner is not one else kind,
        link=link,
        values=tuple(map(str, values)),
        said=schema.get("description") or one.get("description") or "",
        default="" if default in (None, "", []) else str(default),
        required=required and len(kinds) == len(schema.get("anyOf", [schema])),
    )
