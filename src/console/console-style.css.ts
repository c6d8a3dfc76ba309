/** What the console adds to the look of the pages: width, tables, drawings. */
export const consoleStyle = `
:root { --good: #0a6b3d; --warn: #8a4b00; --bar: #0b57d0; --bar-faint: #9db8e8; --chip: #eef1f5; }
@media (prefers-color-scheme: dark) {
  :root { --good: #6fd19c; --warn: #f0b35a; --bar: #8ab4f8; --bar-faint: #3f5f95; --chip: #252c36; }
}
body { padding: 0; }
main { max-width: 72rem; margin: 1.5rem auto 3rem; padding: 1.5rem 2rem 2rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between; padding: .5rem 2rem; background: var(--paper); border-bottom: 1px solid var(--line); }
header ul { display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; list-style: none; }
header a { display: block; padding: .5rem .75rem; border-radius: .375rem; color: var(--ink); text-decoration: none; }
header a:hover { text-decoration: underline; }
header a[aria-current] { background: var(--accent); color: var(--on-accent); font-weight: 600; }
header form { display: flex; gap: .75rem; align-items: center; overflow-wrap: anywhere; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .75rem 1rem; background: var(--paper); z-index: 1; }
.skip:focus { top: .5rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; line-height: 1.3; }
.faint { color: var(--faint); font-weight: 400; }
.small { min-height: 2rem; padding: .25rem .75rem; font-size: .875rem; }
.note { padding: .75rem 1rem; border-left: .25rem solid var(--good); background: var(--chip); }
.scroll { position: relative; overflow-x: auto; margin: 0 0 1rem; }
figure { margin: 0 0 .75rem; }
table { width: 100%; border-collapse: collapse; overflow-wrap: normal; }
th, td { padding: .5rem .75rem .5rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid color-mix(in srgb, var(--line) 45%, transparent); }
thead th { color: var(--faint); font-weight: 600; font-size: .875rem; border-bottom-color: var(--line); white-space: nowrap; }
tbody th { min-width: 8rem; font-weight: 600; }
tbody th[scope=rowgroup] { padding-top: 1.25rem; color: var(--faint); font-size: .875rem; }
td form { margin: 0; }
td.nowrap { white-space: nowrap; }
td time, td time + .faint { display: block; white-space: nowrap; }
.fact { display: inline-block; margin-right: .75rem; }
.act { position: sticky; right: 0; padding-left: .75rem; padding-right: 0; text-align: right; background: var(--paper); }
.words { min-width: 14rem; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
.find { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 0 0 1.5rem; }
.find > div { flex: 1 1 14rem; max-width: 28rem; }
.find label { margin-top: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none; }
.tiles li { padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; }
.tiles p { margin: 0; }
.tiles .big { font-size: 1.5rem; line-height: 1.3; font-weight: 600; }
.state { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .875rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--wrong); }
td a.cell { display: inline-block; min-width: 3.5rem; padding: .125rem .5rem; text-align: center; border-radius: .25rem; border: 1px solid transparent; text-decoration: none; }
td a.cell:hover { text-decoration: underline; }
td a.yes { color: var(--good); border-color: currentColor; font-weight: 600; }
td a.own { color: var(--warn); border-color: currentColor; font-weight: 600; }
td a.no { color: var(--faint); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.path { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 0 1rem; padding: 0; list-style: none; }
.path li { display: flex; gap: .5rem; align-items: center; }
.chip { padding: .125rem .625rem; border-radius: .375rem; background: var(--chip); border: 1px solid var(--line); }
.beside { display: flex; flex-wrap: wrap; gap: 1rem 3rem; align-items: start; }
.beside > * { flex: 0 1 auto; max-width: 100%; }
.beside > :last-child { flex: 1 1 24rem; min-width: 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0 0 1rem; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
svg { display: block; max-width: none; font: 600 .875rem system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .sub { fill: var(--faint); font-weight: 400; font-size: .8125rem; }
svg .box { fill: var(--paper); stroke: var(--line); stroke-width: 1.5; }
svg .edge { fill: none; stroke: var(--line); stroke-width: 1.5; }
svg .tip { fill: var(--line); }
svg .on .box { stroke: var(--accent); stroke-width: 3; }
svg .edge.on { stroke: var(--accent); stroke-width: 3; }
svg .tip.on { fill: var(--accent); }
svg .signs, .signs { fill: var(--bar); background: var(--bar); }
svg .verifies, .verifies { fill: var(--bar-faint); background: var(--bar-faint); }
svg .waits { fill: none; stroke: var(--bar); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg .axis { stroke: var(--line); stroke-width: 1; }
svg .now { stroke: var(--wrong); stroke-width: 2; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1.5rem; padding: 0; list-style: none; color: var(--faint); }
.legend a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
.actions + p { margin-top: .75rem; }
.swatch { display: inline-block; width: 1.25rem; height: .75rem; margin-right: .375rem; border-radius: .125rem; border: 1px solid var(--bar); }
@media (max-width: 40rem) {
  header { padding: .5rem 1rem; }
  main { margin: 0 0 2rem; padding: 1.25rem 1rem 1.5rem; border-radius: 0; }
}
@media (forced-colors: active) {
  svg .box { fill: Canvas; stroke: CanvasText; } svg text, svg .sub { fill: CanvasText; }
  svg .edge, svg .axis { stroke: CanvasText; } svg .tip { fill: CanvasText; }
  svg .on .box, svg .edge.on { stroke: Highlight; } svg .tip.on { fill: Highlight; }
  svg .signs { fill: Highlight; } svg .verifies { fill: GrayText; } svg .waits { stroke: Highlight; }
  .state, td a.cell, .chip { border: 1px solid; }
}
`;
