/** The whole look of the pages; small enough to be in each of them, so that no other address has to be allowed. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --paper: #fff; --ink: #1b1f24; --faint: #57606a; --line: #8b949e;
  --accent: #0b57d0; --on-accent: #fff; --wrong: #b3261e; --wrong-ground: #fdeeed;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1216; --paper: #1a1f26; --ink: #e9edf2; --faint: #a9b3bf; --line: #77828f;
    --accent: #8ab4f8; --on-accent: #0b1a33; --wrong: #ffb4ab; --wrong-ground: #3a1b1a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 8vh auto 0; padding: 2rem; background: var(--paper); border-radius: .75rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; }
.code { font-family: ui-monospace, monospace; letter-spacing: .06em; white-space: nowrap; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .375rem; }
input[aria-invalid=true] { border: 2px solid var(--wrong); }
button, .button { min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; cursor: pointer; border: 1px solid var(--accent); border-radius: .375rem; background: var(--accent); color: var(--on-accent); }
button.quiet { background: transparent; color: var(--accent); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0; }
.aside { margin: 1.5rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--faint); }
.error { color: var(--wrong); margin: .25rem 0 0; }
.summary { margin: 0 0 1rem; padding: .75rem 1rem; border-left: .25rem solid var(--wrong); background: var(--wrong-ground); }
.summary p { margin: 0; }
a { color: var(--accent); }
.summary a { color: var(--wrong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (forced-colors: active) { input, button, main { border: 1px solid; } }
`;
