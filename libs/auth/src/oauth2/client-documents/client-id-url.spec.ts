import { clientIdUrl } from './client-id-url.js';

describe('clientIdUrl', () => {
  it.each([
    'https://app.test/client.json',
    'https://app.test:8443/a/b/',
    'https://xn--bcher-kva.test/%C3%A4',
  ])('[cimd-3] %s is the address of a document', (id) => {
    expect(clientIdUrl(id)?.href).toBe(id);
  });

  it.each([
    'app',
    'http://app.test/client.json',
    'https://app.test',
    'https://app.test/',
    'https://app.test/client.json#a',
    'https://app.test/client.json#',
    'https://app.test/client.json?a=b',
    'https://app.test/client.json?',
    'https://me@app.test/client.json',
    'https://me:secret@app.test/client.json',
    'https://app.test/a/../client.json',
    'https://app.test/./client.json',
    'https://app.test/a/%2e%2e/client.json',
    'https://app.test/a\\b',
    'https://app.test:443/client.json',
    'https://APP.test/client.json',
    'https://bücher.test/client.json',
    'https:/app.test/client.json',
    ' https://app.test/client.json',
    'https://app.test/client.json\n',
    'https://localhost/client.json',
    'https://127.0.0.1/client.json',
    'https://2130706433/client.json',
    'https://0x7f.1/client.json',
    'https://[::1]/client.json',
    `https://app.test/${'a'.repeat(600)}`,
  ])('[cimd-3] %j is none', (id) => {
    expect(clientIdUrl(id)).toBeUndefined();
  });
});
