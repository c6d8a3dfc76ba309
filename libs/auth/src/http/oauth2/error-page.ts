import { createHash } from 'node:crypto';

const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}';

/** The one style that a page may have, for its `Content-Security-Policy`. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

const WRONG =
  "The app that sent you here asked for something that can't be answered. Go back to the app and try again. If that doesn't help, tell its makers what is written here:";
const LATER = 'Nothing is lost. Wait a moment, then load this page again.';

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A page for whoever came by a link that leads no further: nobody knows where a way on would lead. */
export function errorPage(status: number, reason: string): string {
  const advice = status === 429 || status === 503 ? LATER : WRONG;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>You can&#39;t be logged in here</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>You can&#39;t be logged in here</h1>
<p>${escaped(advice)}</p>
<p><strong>${escaped(reason)}</strong></p>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ESCAPED[sign] ?? '');
}
