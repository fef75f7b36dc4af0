"""The look of the receipt: system fonts, contrasts above 7 to 1, nothing that moves, readable on paper."""

STYLE = """
body { font: 1.0625rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1c1c1c; background: #fff;
  max-width: 52rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.25rem; font-weight: 600; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1.0625rem; margin: 0; }
.verdict { border: 2px solid; border-left-width: .75rem; border-radius: .25rem; padding: .75rem 1.25rem; }
.verdict p { margin: .35rem 0; }
.sign { font-size: 1.9rem; font-weight: 700; line-height: 1.2; }
.headline { font-size: 1.15rem; }
.next { font-weight: 600; }
.refusee { border-color: #8f110c; background: #fdf2f1; }
.refusee .sign { color: #8f110c; }
.reserves { border-color: #6b4600; background: #fdf6e8; }
.reserves .sign { color: #6b4600; }
.acceptee { border-color: #12502a; background: #f0f8f2; }
.acceptee .sign { color: #12502a; }
.tasks { padding-left: 1.75rem; }
.tasks > li { margin: 0 0 1.25rem; }
.tasks > li::marker { font-weight: 700; }
.told { padding-left: 1.1rem; margin: .35rem 0; }
.told > li { margin: .35rem 0; overflow-wrap: anywhere; }
.code { color: #4a4a4a; font-size: .85rem; white-space: nowrap; }
.examples { margin: .2rem 0 0; }
.examples div { display: flex; flex-wrap: wrap; gap: 0 .6rem; }
.examples dt { color: #4a4a4a; }
.examples dd { margin: 0; font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .95rem; }
.identity { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0 1rem; }
.identity dt { font-weight: 600; }
.identity dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; font-weight: 600; padding: .25rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid #6b6b6b; padding: .3rem .75rem; text-align: left; }
thead th { background: #f0f0f0; }
td { text-align: right; }
footer { margin-top: 2.5rem; font-size: .95rem; border-top: 1px solid #6b6b6b; }
@media (max-width: 40rem) { .identity { grid-template-columns: 1fr; } .identity dd { margin-bottom: .4rem; } }
@media print { body { max-width: none; padding: 0; } .scroll { overflow: visible; } details > * { display: block; } }
"""
"""Style sheet of the page."""
