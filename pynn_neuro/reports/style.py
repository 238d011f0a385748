"""How the page of a report looks: light and dark, on screens of any width, in print, in notebooks."""

__all__ = ["css"]

_LIGHT = """
  --paper: #fbfbf9; --card: #ffffff; --ink: #17191c; --soft: #565b63; --faint: #868c95; --line: #e4e5e1;
  --accent: #2a5fc4; --accent-soft: #dbe6fa; --wash: #f3f4f1;
  --serious: #b3261e; --serious-soft: #fbe9e7; --warning: #935f00; --warning-soft: #fcf1d9; --note: #3c5f8f;
  --note-soft: #e8eef7;
  --c0: #2a5fc4; --c1: #d3762c; --c2: #23906b; --c3: #8257c5; --c4: #c24d78; --c5: #7a818c;
  --l0: #e3ecfb; --l1: #c0d5f6; --l2: #94b7ee; --l3: #6593e0; --l4: #3d6ecb; --l5: #234ea3; --l6: #132f6b;
  --lx: #c8322a; --lu: #c9a86a; --idle: #e9eae6;
"""

_DARK = """
  --paper: #121417; --card: #1a1d22; --ink: #eceef1; --soft: #aab1bb; --faint: #7d8590; --line: #2d323a;
  --accent: #7aa7f5; --accent-soft: #22324f; --wash: #20242a;
  --serious: #ff8a80; --serious-soft: #3b1f1f; --warning: #f2b84b; --warning-soft: #37290f; --note: #8fb4ea;
  --note-soft: #1e2a3c;
  --c0: #7aa7f5; --c1: #f0a05f; --c2: #5cc7a0; --c3: #b597ee; --c4: #ee88ac; --c5: #a0a7b2;
  --l0: #1d2c47; --l1: #23406f; --l2: #2c5798; --l3: #3f74c2; --l4: #6396e2; --l5: #97bbf3; --l6: #d3e3fd;
  --lx: #ff6b60; --lu: #8a7444; --idle: #2a2e35;
"""

# Every rule is one of the block's own: a notebook has others around it.
_RULES = """
{color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto,
  "Helvetica Neue", Arial, sans-serif; padding: 2.5rem 1.25rem 4rem; text-align: left;}
.body {max-width: 66rem; margin: 0 auto;}
* {box-sizing: border-box;}
header {margin-bottom: 1.75rem;}
.kicker {color: var(--soft); font-size: .85rem; margin: 0 0 .3rem;}
h1 {font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -.015em; margin: 0 0 .45rem;
  overflow-wrap: anywhere; color: var(--ink);}
.facts {color: var(--soft); margin: 0; max-width: 60rem;}
h2 {font-size: 1.2rem; font-weight: 640; letter-spacing: -.005em; margin: 0 0 .9rem; color: var(--ink);}
h3 {font-size: .9rem; font-weight: 600; color: var(--soft); margin: 0 0 .55rem;}
.tiles {display: grid; grid-template-columns: repeat(var(--columns), 1fr); gap: .75rem; margin: 0 0 1.5rem;}
.tile {background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem .95rem;}
.tile .name {color: var(--soft); font-size: .8rem;}
.tile .value {font-size: 1.5rem; font-weight: 620; letter-spacing: -.02em; line-height: 1.3;
  white-space: nowrap;}
.tile .remark {color: var(--faint); font-size: .78rem; line-height: 1.35;}
section {background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 1.3rem 1.4rem 1.25rem; margin: 0 0 1.1rem;}
.part + .part {margin-top: 1.5rem;}
.note {color: var(--soft); font-size: .82rem; margin: .7rem 0 0; max-width: 52rem;}
.note + .note {margin-top: .25rem;}
p.said {margin: 0 0 .5rem; max-width: 48rem;}
.findings {list-style: none; padding: 0; margin: 0;}
.findings li {display: grid; grid-template-columns: 5.2rem 1fr; gap: .9rem; padding: .75rem 0; margin: 0;
  border-top: 1px solid var(--line);}
.findings li:first-child {border-top: 0; padding-top: 0;}
.findings li:last-child {padding-bottom: 0;}
.tag {justify-self: start; align-self: start; font-size: .74rem; font-weight: 650; letter-spacing: .02em;
  border-radius: 999px; padding: .16rem .6rem; margin-top: .1rem;}
.tag.serious {color: var(--serious); background: var(--serious-soft);}
.tag.warning {color: var(--warning); background: var(--warning-soft);}
.tag.note {color: var(--note); background: var(--note-soft);}
.what {margin: 0; max-width: 50rem; overflow-wrap: anywhere;}
.remedy {margin: .2rem 0 0; color: var(--soft); font-size: .88rem; max-width: 50rem; overflow-wrap: anywhere;}
.scroll {overflow: auto; max-height: 34rem; margin: 0 -.35rem;}
table {border-collapse: collapse; width: 100%; font-size: .86rem; margin: 0; border: 0;
  background: transparent; color: var(--ink);}
tr {background: transparent;}
th {text-align: left; font-weight: 550; color: var(--soft); vertical-align: bottom;
  padding: .2rem .6rem .4rem .35rem; border: 0; border-bottom: 1px solid var(--line); position: sticky;
  top: 0;
  background: var(--card); font-size: .8rem; line-height: 1.3;}
td {padding: .38rem .6rem .38rem .35rem; border: 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: break-word; max-width: 24rem; text-align: left;}
tr:last-child td {border-bottom: 0;}
.number {text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;}
th.number {white-space: normal;}
td.none {color: var(--faint);}
td.first {font-weight: 550;}
dl {display: grid; grid-template-columns: minmax(9rem, max-content) minmax(5rem, max-content) 1fr; gap: 0;
  margin: 0; font-size: .9rem;}
dl > div {display: contents;}
dt, dd {margin: 0; padding: .32rem 1rem .32rem 0; border-bottom: 1px solid var(--line);}
dl > div:last-child > * {border-bottom: 0;}
dt {color: var(--soft); font-weight: 400;}
dd.value {font-weight: 560; font-variant-numeric: tabular-nums;}
dd.value.words {grid-column: 2 / 4; font-weight: 450;}
dd.number {text-align: right;}
dd.remark {color: var(--faint); padding-right: 0;}
.bars {display: grid; grid-template-columns: minmax(6rem, max-content) 1fr max-content; gap: .3rem .9rem;
  align-items: center; font-size: .88rem;}
.bars > div {display: contents;}
.bars .label {color: var(--soft); max-width: 19rem; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap;}
.track {height: .95rem; position: relative;}
.bar {display: block; height: 100%; min-width: 2px; background: var(--c0); border-radius: 0 3px 3px 0;}
.bar.over-limit {background: var(--lx);}
.limit {position: absolute; top: -.2rem; bottom: -.2rem; width: 0; border-left: 1.5px solid var(--ink);}
.stack {display: flex; gap: 2px; height: 1.5rem; margin: .15rem 0 .8rem; border-radius: 4px;
  overflow: hidden;}
.stack span {display: block; min-width: 2px;}
.key {display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .5rem;}
.legend {display: flex; flex-wrap: wrap; gap: .25rem 1.2rem; font-size: .82rem; color: var(--soft);
  margin: .45rem 0 0; align-items: center;}
.scale {display: inline-flex; vertical-align: middle; margin: 0 .45rem;}
.scale i {display: block; width: 1.15rem; height: .7rem;}
svg {display: block; width: 100%; height: auto; overflow: visible;}
svg text {font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--soft);
  font-variant-numeric: tabular-nums;}
svg .grid {stroke: var(--line); stroke-width: 1;}
svg .axis {stroke: var(--faint); stroke-width: 1;}
svg .curve {fill: none; stroke-width: 1.8; stroke-linejoin: round;}
svg .limit-line {stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 5 4;}
svg.spark {width: 118px; height: 22px; display: inline-block; vertical-align: middle;}
svg.spark path {fill: var(--c0); opacity: .8;}
.all-boards {display: flex; flex-wrap: wrap; gap: 1.4rem 2rem; align-items: flex-start;}
.one-board {margin: 0; flex: 0 1 auto; max-width: 100%;}
.one-board figcaption {font-size: .82rem; color: var(--soft); margin-bottom: .35rem;}
svg .chip {fill: var(--wash); stroke: var(--line);}
svg .idle {fill: var(--idle);}
footer {color: var(--faint); font-size: .8rem; margin-top: 1.6rem;}
@media (max-width: 58rem) {
  .tiles {grid-template-columns: repeat(auto-fit, minmax(9.2rem, 1fr));}
}
@media (max-width: 40rem) {
  & {padding: 1.2rem .7rem 2rem;}
  section {padding: 1rem .9rem;}
  .findings li {grid-template-columns: 1fr; gap: .3rem;}
  dl {display: block;}
  dl > div {display: grid; grid-template-columns: 1fr max-content; border-bottom: 1px solid var(--line);}
  dl > div:last-child {border-bottom: 0;}
  dt, dd {border-bottom: 0;}
  dd.value {padding-right: 0;}
  dd.remark {grid-column: 1 / 3; padding-top: 0; text-align: left;}
  dd.remark:empty {display: none;}
  dd.value.words {grid-column: 1 / 3; padding-top: 0;}
  .bars {display: block;}
  .bars > div {display: grid; grid-template-columns: 1fr max-content; gap: .1rem .6rem; margin-bottom: .5rem;}
  .bars .track {grid-column: 1 / 3; grid-row: 2;}
}
@media (max-width: 40rem) {
  svg.curves text {font-size: 20px;}
}
@media print {
  & {padding: 0;}
  section {break-inside: avoid;}
  .scroll {max-height: none;}
}
"""


def css(block):
    """The style sheet for everything inside `block`, such as ".pynn-neuro"."""
    dark = f'{block}, [data-jp-theme-light="false"] {block}, body.vscode-dark {block}'
    light = f'[data-jp-theme-light="true"] {block}, body.vscode-light {block}'
    colours = "".join(
        f"{block} .{name} {{fill: var(--{name}); background: var(--{name});}}\n" for name in _FILLS
    )
    strokes = "".join(f"{block} .s{i} {{stroke: var(--c{i});}}\n" for i in range(6))
    return (
        f"{block} {{color-scheme: light dark;{_LIGHT}}}\n"
        f"@media (prefers-color-scheme: dark) {{{block} {{{_DARK}}}}}\n"
        f"{dark.split(', ', 1)[1]} {{{_DARK}}}\n{light} {{{_LIGHT}}}\n"
        f"{_scoped(_RULES, block)}{colours}{strokes}"
    )


_FILLS = [*(f"c{i}" for i in range(6)), *(f"l{i}" for i in range(7)), "lx", "lu", "idle"]


def _scoped(rules, block):
    """Put the block's selector in front of every rule."""
    out, depth, rest = [], 0, rules.strip()
    while rest:
        head, _, rest = rest.partition("{")
        if head.strip().startswith("@media"):
            out.append(f"{head.strip()} {{\n")
            depth += 1
            continue
        body, _, rest = rest.partition("}")
        selectors = [s.strip() for s in head.strip().split(",")]
        out.append(", ".join(block if s in ("", "&") else f"{block} {s}" for s in selectors))
        out.append(f" {{{body}}}\n")
        rest = rest.lstrip()
        while depth and rest.startswith("}"):
            out.append("}\n")
            depth -= 1
            rest = rest[1:].lstrip()
    return "".join(out)
