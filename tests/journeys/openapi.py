"""Holds every message against LINE's own API description, where a copy lies beside the project."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

DESCRIPTION = Path(__file__).parents[3] / "shared" / "line-openapi" / "messaging-api.yml"
_SCHEMAS = "#/components/schemas/"


def faults_of(request: str, body: dict[str, Any]) -> list[str]:
    """What is wrong with the body of a request such as `ReplyMessageRequest`; nothing where there is no copy."""
    if not DESCRIPTION.exists():
        return []
    return [f"{fault.json_path}: {fault.message}" for fault in _validator(request).iter_errors(body)]


@lru_cache
def _validator(request: str) -> Draft202012Validator:
    schemas = yaml.safe_load(DESCRIPTION.read_text())["components"]["schemas"]
    for name in [name for name, schema in schemas.items() if "discriminator" in schema]:
        _choose_by_type(schemas, name)
    return Draft202012Validator({"$ref": _SCHEMAS + request, "components": {"schemas": schemas}})


def _choose_by_type(schemas: dict[str, Any], name: str) -> None:
    """OpenAPI's discriminator in words of JSON Schema: the `type` of a thing says which schema it must meet."""
    base = schemas[name]
    field, mapping = base["discriminator"]["propertyName"], base["discriminator"].get("mapping", {})
    schemas[f"{name} itself"] = {key: value for key, value in base.items() if key != "discriminator"}
    for target in mapping.values():
        kind = schemas[target.removeprefix(_SCHEMAS)]
        for part in kind.get("allOf", []):
            if part.get("$ref") == _SCHEMAS + name:
                part["$ref"] = f"{_SCHEMAS}{name} itself"
    schemas[name] = {
        "properties": {field: {"enum": list(mapping)}},
        "required": [field],
        "allOf": [
            {"if": {"properties": {field: {"const": value}}}, "then": {"$ref": target}}
            for value, target in mapping.items()
        ],
    }
