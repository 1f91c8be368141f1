"""How the page looks. Every text has a contrast of 4.5 to 1 or more on what is behind it, in light and in dark."""

STYLE = """:root {
  color-scheme: light dark;
  --back: #ffffff; --card: #f6f7f9; --line: #d5d9e0; --text: #1b1f24; --soft: #545d68; --link: #0b57c2;
  --good: #136b2f; --bad: #b3261e; --warn: #7a4b00; --good-back: #e3f5e8; --bad-back: #fdeceb; --warn-back: #fdf1dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171b; --card: #1e2228; --line: #3a414b; --text: #e7eaee; --soft: #a9b2bd; --link: #82b4ff;
    --good: #7ddc98; --bad: #ff9d94; --warn: #f2c36b; --good-back: #16301f; --bad-back: #3a1c1a; --warn-back: #352910;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem 1.25rem 3rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.3rem; margin: 2.25rem 0 .75rem; }
h3 { display: inline; font-size: 1rem; margin: 0; }
p { margin: .25rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; }
code { overflow-wrap: anywhere; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.lead { font-size: 1.1rem; max-width: 50rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.figures div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem;
  display: flex; flex-direction: column; }
.figures dd { margin: 0; font-size: 1.75rem; font-weight: 650; line-height: 1.2; }
.figures dt { color: var(--soft); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--soft); padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 600; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
.stacked tbody th { width: 17rem; }
.stacked td { overflow-wrap: anywhere; }
.stacked td:nth-child(2) { overflow-wrap: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.state, .tag { border-radius: .35rem; padding: .1rem .45rem; font-size: .9rem; font-weight: 600; white-space: nowrap; }
.long { white-space: normal; display: inline-block; }
.lead code { white-space: nowrap; }
.done, .safe { color: var(--good); background: var(--good-back); }
.open, .hand { color: var(--bad); background: var(--bad-back); }
.unsafe { color: var(--warn); background: var(--warn-back); }
.none { color: var(--soft); background: var(--card); }
.bar { display: inline-block; width: 8rem; max-width: 30vw; height: .6rem; margin-right: .5rem; border-radius: .3rem;
  background: var(--line); overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--good); }
.plain { list-style: none; margin: 0; padding: 0; }
.plain li { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .9rem 0; }
.place { color: var(--soft); }
details { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; margin: .75rem 0; }
summary { cursor: pointer; }
.count { color: var(--soft); }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .35rem; padding: .5rem .75rem; margin: .5rem 0;
  overflow-x: auto; }
pre ins, pre del, pre span { display: block; text-decoration: none; width: max-content; min-width: 100%; }
pre ins { color: var(--good); background: var(--good-back); }
pre del { color: var(--bad); background: var(--bad-back); }
pre span { color: var(--soft); }
footer { margin-top: 3rem; color: var(--soft); border-top: 1px solid var(--line); }
@media (max-width: 40rem) {
  .figures { grid-template-columns: 1fr 1fr; }
  .wide { min-width: 42rem; }
  .bar { display: none; }
  thead th { white-space: normal; }
  .stacked thead { position: absolute; left: -100rem; }
  .stacked tr, .stacked tbody th, .stacked td { display: block; width: auto; border: 0; padding: .1rem 0; }
  .stacked tr { border-bottom: 1px solid var(--line); padding: .6rem 0; }
}
@media print { details, tr, .plain li { break-inside: avoid; } nav { display: none; } }
"""
