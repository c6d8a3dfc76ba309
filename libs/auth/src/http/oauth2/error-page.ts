const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A page for whoever came here by a link that is wrong: there is no way on from it, since nobody knows where that would lead. */
export function errorPage(reason: string): string {
  const text = reason.replaceAll(/[&<>"']/g, (sign) => ESCAPED[sign] ?? '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This login link does not work</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}</style>
</head>
<body>
<main>
<h1>This login link does not work</h1>
<p>The app that sent you here asked for something that this server can&#39;t answer. Go back to the app and try again; if that doesn&#39;t help, tell its makers:</p>
<p><strong>${text}</strong></p>
</main>
</body>
</html>
`;
}
