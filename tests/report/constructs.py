"""Every construct of Quarto that a document uses, by a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_CELL = re.compile(r"^(`{3,})\{(\w+)[^}]*\}\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n.*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_INLINE = re.compile(r"`\{(\w+)\}[^`]*`")
_IMAGE = re.compile(r"!\[(?:[^\[\]]|\[[^\]]*\])*\]\([^)]*\)(\{[^}]*\})?")


def constructs(text: str) -> set[str]:
    """Return the names of the constructs of a document, or of the Markdown that its cells print."""
    return set(_all(text))


def _all(text: str) -> Iterator[str]:
    if front := _FRONT.match(text):
        yield from _front(yaml.safe_load(front[1]))
        text = text[front.end() :]
    for cell in _CELL.finditer(text):
        yield "cell" if cell[2] == "python" else f"cell:{cell[2]}"
        yield from (f"option:{key}" for key in re.findall(r"^#\|\s*([\w-]+):", cell[3], re.MULTILINE))
    text = _CELL.sub("", text)
    for found in _INLINE.finditer(text):
        yield "inline" if found[1] == "python" else f"inline:{found[1]}"
    text = _CODE.sub("", _FENCE.sub("", _INLINE.sub("", text)))
    if "<!--" in text:
        yield "comment"
    yield from _prose(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))


def _front(tree: dict[str, object]) -> Iterator[str]:
    for key, value in tree.items():
        inner = value if isinstance(value, dict) and key == "execute" else {}
        yield from (f"front:{key}.{each}" for each in inner)
        if not inner:
            yield f"front:{key}"


def _prose(text: str) -> Iterator[str]:
    yield from (f"shortcode:{name}" for name in re.findall(r"\{\{<\s*(\S+)", text))
    for head in re.findall(r"^[ \t]*:{3,}[ \t]*(\{[^}\n]*\}|[A-Za-z][\w-]*)", text, re.MULTILINE):
        yield from (f"div:{name}" for name in re.findall(r"[.#]([\w-]+)", head) or [head])
    for attributes in re.findall(r"^#{1,6}\s[^\n{]*(\{[^}\n]*\})?$", text, re.MULTILINE):
        yield "heading"
        yield from ("heading:id" for _ in re.findall(r"#[\w-]+", attributes))
        yield from (f"heading:{name}" for name in re.findall(r"\.([\w-]+)", attributes))
    for image in _IMAGE.finditer(text):
        yield "figure"
        yield from (f"figure:{name}" for name in re.findall(r"([\w-]+)=", image[1] or ""))
    yield from _tables(text)
    yield from (f"raw:{name}" for name in re.findall(r"\{=(\w+)\}", text))
    yield from (f"tag:{name.lower()}" for name in re.findall(r"</?([A-Za-z][a-z0-9]*)(?:\s[^<>]*)?/?>", text))
    yield from (f"ref:{name.lower()}" for name in re.findall(r"(?<![\w.])-?@([A-Za-z]+)-[\w-]+", text))
    if re.search(r"\[\^[\w-]+\]|\^\[", text):
        yield "footnote"
    if re.search(r"(?<!\\)\$\$|(?<![\\\w])\$(?=\S)[^$\n]*\S\$(?!\d)", text):
        yield "equation"


def _tables(text: str) -> Iterator[str]:
    if re.search(r"^\|[-:|]+\|$", text, re.MULTILINE):
        yield "table:pipe"
    if re.search(r"^\+[=:+]+\+$", text, re.MULTILINE):
        yield "table:grid"
    if re.search(r"^: .*\{#tbl-[\w-]+\}$", text, re.MULTILINE):
        yield "table:label"
