"""The embedded engine: renders the part of Quarto that the reports use, and refuses the rest by name.

A document goes through five steps, one module each: ``split`` (source to blocks), ``refusals`` (what cannot be
rendered), ``kernel`` (cells run once, in one kernel), ``weave`` (blocks and outputs to one pandoc Markdown text) and
``formats`` (that text to HTML, PDF and DOCX, by pandoc, its Lua filters and typst).
"""
