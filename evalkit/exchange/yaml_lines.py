"""Write values as YAML on one line, so that evalkit reads back the same texts."""

from __future__ import annotations

import re
import sys

import yaml

_PLAIN = re.compile(r"[^\W_](?:[\w’ .%°/()-]*[\w’.%°)])?")
_RESERVED = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def yaml_line(value: object) -> str:
    """Return a text, a number, a truth, nothing, a list or a dictionary as YAML in flow style, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(str(name))}: {yaml_line(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(yaml_line(each) for each in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    """Return a text, quoted unless any YAML reader takes the bare words for the same text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED and not text[0].isdigit():
        return text
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=sys.maxsize)).strip()
