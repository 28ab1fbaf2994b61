/** The report's style sheet: one column, pictures in pairs where there is room, light and dark. */

export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --paper: #ffffff; --card: #f6f8fa;
  --ours: #0b6e4f; --peer: #8c959f; --limit: #b7791f; --c0: #0b6e4f; --c1: #1f5fbf; --c2: #b7791f; --c3: #a0338f; --c4: #c2410c; --c5: #5b6770; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --paper: #0d1117; --card: #161b22;
  --ours: #3fb68b; --peer: #6e7781; --limit: #d29922; --c0: #3fb68b; --c1: #6ea8fe; --c2: #d29922; --c3: #d08be0; --c4: #f0883e; --c5: #9aa4af; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1280px; padding: 24px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 28px; margin: 0 0 4px; }
h2 { font-size: 21px; margin: 40px 0 6px; padding-top: 12px; border-top: 1px solid var(--line); }
p { max-width: 82ch; margin: 6px 0; }
code { font-size: 0.92em; }
nav { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 14px 0 6px; }
a { color: var(--c1); }
.warning { border-left: 4px solid var(--limit); padding: 6px 12px; background: var(--card); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(560px, 100%), 1fr)); gap: 18px; margin: 14px 0; align-items: start; }
figure { margin: 0; padding: 14px 16px 8px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
svg { display: block; width: 100%; height: auto; font: 12.5px system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .title { font-size: 14.5px; font-weight: 600; }
svg .unit, svg .tick, svg .value { fill: var(--soft); }
svg .value { font-variant-numeric: tabular-nums; }
svg .grid { stroke: var(--line); fill: none; }
svg .whisker { stroke: var(--ink); fill: none; }
svg .ours { fill: var(--ours); } svg .peer { fill: var(--peer); } svg .limit { fill: var(--limit); }
svg .published { fill: none; stroke: var(--peer); stroke-dasharray: 4 3; }
svg .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
svg .c0 { stroke: var(--c0); } svg .c1 { stroke: var(--c1); } svg .c2 { stroke: var(--c2); }
svg .c3 { stroke: var(--c3); } svg .c4 { stroke: var(--c4); } svg .c5 { stroke: var(--c5); }
svg .dot { stroke: none; } svg .dot.c0 { fill: var(--c0); } svg .dot.c1 { fill: var(--c1); } svg .dot.c2 { fill: var(--c2); }
svg .dot.c3 { fill: var(--c3); } svg .dot.c4 { fill: var(--c4); } svg .dot.c5 { fill: var(--c5); }
.legend i { display: inline-block; width: 14px; height: 10px; border-radius: 2px; margin: 0 4px 0 12px; }
.legend i:first-child { margin-left: 0; }
.legend .ours { background: var(--ours); } .legend .peer { background: var(--peer); } .legend .limit { background: var(--limit); }
.legend .published { border: 1px dashed var(--peer); }
details { margin: 8px 0; } summary { cursor: pointer; color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 8px 0; font-variant-numeric: tabular-nums; font-size: 13.5px; }
th, td { padding: 3px 12px 3px 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
header td { text-align: left; white-space: normal; }
/* On a telephone a picture keeps its size, so that its words can be read, and is moved sideways. */
@media (max-width: 640px) { body { padding: 16px; } figure { overflow-x: auto; } svg { min-width: 620px; } }
`;
