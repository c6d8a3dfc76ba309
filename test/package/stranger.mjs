// A stranger who has an empty Nest app and our README: installs the line, pastes the code, logs in.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';

/** The app that the README shows, and the test that the page about tests shows. */
export async function writeApp(consumer, documents, isEsm) {
  for (const path of ['src/app.module.ts', 'src/main.ts'])
    await consumer.write(path, documents.readme.files.get(path));
  const spec = documents.testing.files.get('src/app.spec.ts');
  // As the page says, the import ends in `.js` in an ESM app.
  const text = isEsm ? spec.replace("'./app.module'", "'./app.module.js'") : spec;
  await consumer.write('src/app.spec.ts', text);
  // And `node:test` needs one line more.
  const line = documents.testing.block('js', "from 'node:test'");
  await consumer.write('src/app.node-test.ts', text.replace('\n', `\n${line}`));
}

/** Starts it as `node dist/main.js`; Nest's own log line says when it listens. */
export async function bootApp(consumer, { command = 'dist/main.js', environment = {} } = {}) {
  const port = await freePort();
  return consumer.boot(command, { PORT: String(port), ...environment }, (output) =>
    output.includes('successfully started') ? `http://localhost:${port}` : undefined,
  );
}

/** What the README's curl lines do. */
export async function callApp({ url }) {
  const anonymous = await fetchWhenListening(`${url}/hello`);
  assert.equal(anonymous.status, 401);
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ada', password: 'correct horse' }),
  });
  assert.equal(login.status, 200);
  const { access_token: token } = await login.json();
  const greeted = await fetch(`${url}/hello`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(greeted.status, 200);
  assert.deepEqual(await greeted.json(), { hello: 'user-1' });
}

/** The log line comes a moment before the port is open. */
export async function fetchWhenListening(url, deadline = Date.now() + 5000) {
  try {
    return await fetch(url);
  } catch (error) {
    if (Date.now() > deadline) throw error;
    return await new Promise((resolve) => setImmediate(resolve)).then(() =>
      fetchWhenListening(url, deadline),
    );
  }
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
