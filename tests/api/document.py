"""schemas/openapi.yaml as tests hold answers against it: closed, and with what one host has."""

import copy
from pathlib import Path

import yaml

SOURCE = Path(__file__).resolve().parent.parent.parent / "schemas" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch", "options", "head")
HOSTS = ["server", "lambda"]


class _Plain(yaml.SafeLoader):
    """Times stay text, as JSON has them."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def load():
    # Through JSON's eyes: an alias of YAML is a copy.
    return copy.deepcopy(_unshared(yaml.load(SOURCE.read_text(encoding="utf-8"), _Plain)))


def _unshared(value):
    if isinstance(value, dict):
        return {name: _unshared(member) for name, member in value.items()}
    return [_unshared(member) for member in value] if isinstance(value, list) else value


def of_host(document, host):
    """Without what that host has not."""
    document = copy.deepcopy(document)
    for path, item in list(document["paths"].items()):
        for method in METHODS:
            if method in item and host not in item[method].get("x-hosts", HOSTS):
                del item[method]
        if not any(method in item for method in METHODS):
            del document["paths"][path]
    return document


def closed(document):
    """Answers may have no member but those that the document names: what is new is written down first."""
    source, document = document, copy.deepcopy(document)
    _inline_parts(source, document)
    for schema in document["components"]["schemas"].values():
        _close(schema)
    for where in (document["paths"], document["components"]["responses"]):
        _close_inline(where)
    return document


def _inline_parts(source, node):
    """Parts of an `allOf` as open copies: closed, none of them would let the others be."""
    if isinstance(node, dict):
        if "allOf" in node:
            node["allOf"] = [copy.deepcopy(resolve(source, part)) for part in node["allOf"]]
        node = list(node.values())
    if isinstance(node, list):
        for member in node:
            _inline_parts(source, member)


def _close_inline(node):
    if isinstance(node, dict):
        if "schema" in node and isinstance(node["schema"], dict):
            _close(node["schema"])
        for name, member in node.items():
            if name not in ("schema", "parameters"):
                _close_inline(member)
    elif isinstance(node, list):
        for member in node:
            _close_inline(member)


def _close(schema, is_part=False):
    open_object = "properties" in schema and "additionalProperties" not in schema
    if not is_part and (open_object or "allOf" in schema):
        schema["unevaluatedProperties"] = False
    for part in schema.get("allOf", []):
        _close(part, True)
    for member in schema.get("properties", {}).values():
        _close(member)
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            _close(schema[name])
    for name in ("oneOf", "anyOf"):
        for choice in schema.get(name, []):
            _close(choice)


def resolve(document, node):
    while "$ref" in node:
        at = document
        for part in node["$ref"][2:].split("/"):
            at = at[part]
        node = at
    return node


def operations(document):
    """(path, method, operation) of each."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]
