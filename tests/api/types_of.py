"""Schemas of the document in TypeScript's words, for the reference and for docs/api/examples/gate.ts."""

import json

import document

PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null", "object": "Record<string, unknown>",
         "array": "unknown[]"}


def type_of(told, schema, depth=0):
    """A type on one line."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for name, mark in (("allOf", " & "), ("oneOf", " | "), ("anyOf", " | ")):
        if name in schema:
            return mark.join(_grouped(type_of(told, part, depth)) for part in schema[name])
    kind = schema.get("type", "object" if "properties" in schema else None)
    if isinstance(kind, list):
        return " | ".join(PLAIN[one] for one in kind)
    if kind == "object" and "properties" in schema:
        return _object(told, schema, depth)
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"Record<string, {type_of(told, schema['additionalProperties'], depth)}>"
    if kind == "object" and schema.get("additionalProperties") is False:
        return "Record<string, never>"
    if kind == "array" and "items" in schema:
        return f"{_grouped(type_of(told, schema['items'], depth))}[]"
    return PLAIN.get(kind, "unknown")


def _grouped(text):
    return f"({text})" if " | " in text and not text.startswith("{") else text


def _object(told, schema, depth):
    required = schema.get("required", [])
    members = [f"{name}{'' if name in required else '?'}: {type_of(told, member, depth + 1)}" for name, member in schema["properties"].items()]
    return "{ " + "; ".join(members) + " }"


def words(told, schema):
    """A parameter's values for people."""
    schema = document.resolve(told, schema)
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    text = schema.get("format") or schema.get("type", "")
    if "minimum" in schema or "maximum" in schema:
        text += f" from {schema.get('minimum', '...')} to {schema.get('maximum', '...')}"
    if "pattern" in schema and len(schema["pattern"]) < 40:
        text += f" as `{schema['pattern']}`"
    if "default" in schema:
        text += f", {schema['default']} if left out"
    return text


def typescript(told):
    """The schemas as types, one each."""
    lines = ["// The schemas of schemas/openapi.yaml as types. Written by scripts/api_reference.py; do not edit.", ""]
    for name, schema in told["components"]["schemas"].items():
        if schema.get("description"):
            lines.append("/** " + " ".join(schema["description"].split()).replace("*/", "* /") + " */")
        lines.append(f"export type {name} = {type_of(told, schema)};")
    return "\n".join(lines) + "\n"
