"""What an editor does with a JSON Schema, as far as ours go: whether a value fits."""

import re
from collections.abc import Mapping
from typing import Any

_KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip


def fits(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether a value is what the schema describes; `root` is the whole of it, for its references."""
    if (reference := schema.get("$ref")) is not None:
        return fits(value, root["$defs"][reference.removeprefix("#/$defs/")], root)
    kind = schema.get("type")
    if kind and (not isinstance(value, _KINDS[kind]) or (kind != "boolean" and isinstance(value, bool))):
        return False
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        return False
    if any(key in schema and sum(fits(value, one, root) for one in schema[key]) < 1 for key in ("anyOf", "oneOf")):
        return False
    if "oneOf" in schema and sum(fits(value, one, root) for one in schema["oneOf"]) != 1:
        return False
    if isinstance(value, dict):
        return _object(value, schema, root)
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(
            fits(one, schema.get("items", {}), root) for one in value
        )
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    return not isinstance(value, int | float) or schema.get("minimum", value) <= value <= schema.get("maximum", value)


def _object(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    if not set(schema.get("required", ())) <= value.keys() or len(value) < schema.get("minProperties", 0):
        return False
    for key, inner in value.items():
        found = [schema["properties"][key]] if key in schema.get("properties", {}) else []
        found += [one for pattern, one in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
        more = schema.get("additionalProperties", True)
        if not found and more is False:
            return False
        if not all(fits(inner, one, root) for one in found or ([more] if isinstance(more, dict) else [])):
            return False
    return True
