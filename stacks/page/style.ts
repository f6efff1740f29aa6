/** The page's colours in light and dark; the picture takes its own from them. */
export const style = `
:root { --ground: #fff; --text: #1b1f24; --line: #8b949e; --create: #1a7f37; --update: #0969da; --replace: #9a6700;
  --delete: #6e4fa3; --harm: #cf222e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d1117; --text: #e6edf3; --line: #7d8590; --create: #3fb950; --update: #58a6ff; --replace: #d29922;
    --delete: #bc8cff; --harm: #ff7b72; }
}
body { background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;
  max-width: 90rem; padding: 0 1rem; }
figure { margin: 0; overflow-x: auto; }
svg { max-width: 100%; height: auto; }
svg text { fill: var(--text); font: 10.5px Helvetica, Arial, sans-serif; }
svg text[font-weight] { font-weight: bold; }
svg text[class] { fill: var(--tone); }
svg path, svg polygon { stroke: var(--line); }
svg .edge polygon { fill: var(--line); }
a { color: var(--update); }
.create { --tone: var(--create); } .update { --tone: var(--update); } .replace { --tone: var(--replace); }
.delete { --tone: var(--delete); } .harm { --tone: var(--harm); } .same { --tone: var(--line); }
svg .node path { stroke: var(--tone); stroke-width: 1.5; }
svg .node.harm path, svg .node.replace path { stroke-width: 3; }
.legend span { border-left: 4px solid var(--tone); margin-right: 1rem; padding-left: .4rem; }
section.harm { border: 2px solid var(--harm); border-radius: 6px; padding: 0 1rem; }
.change { border-left: 4px solid var(--tone); margin: .6rem 0; padding-left: .8rem; overflow-wrap: anywhere; }
.change p { margin: .2rem 0; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .8rem .2rem 0; text-align: left; }
.usd { text-align: right; font-variant-numeric: tabular-nums; }
details { margin: .5rem 0; }
summary { cursor: pointer; }
`;
