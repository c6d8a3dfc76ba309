import { answeredAt, isRegistered, redirectUriProblem } from './redirect-uri.js';

describe('redirect URIs', () => {
  it.each([
    'https://app.test',
    'https://app.test:8443/cb?tenant=1&x=%20',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:3000',
    'http://[::1]:3000/cb',
    'http://localhost:3000/cb',
    'com.example.app:/cb',
    'cursor://anysphere/oauth',
  ])('[6749-45] may be registered: %s', (uri) => {
    expect(redirectUriProblem(uri)).toBeUndefined();
  });

  it.each([
    '',
    '/cb',
    'app.test/cb',
    'https://',
    'https://app.test/cb#',
    'https://app.test/cb#part',
    'https://app.test/c b',
    'https://app.test/c\tb',
    'https://app.test\\cb',
    'https://äpp.test/cb',
    'https:app.test/cb',
    'https:/app.test/cb',
    'https:///app.test/cb',
    'https:?app.test/cb',
    'https://ada@app.test/cb',
    'https://ada:secret@app.test/cb',
    'http://app.test/cb',
    'http://127.0.0.1.evil.test/cb',
    'http://127.0.0.2/cb',
    'http://localhost.evil.test/cb',
    'http://localhost:70000/cb',
    'http://127.0.0.1:80@evil.test/cb',
    'https://app.test/cb?code=1',
    'https://app.test/cb?iss=https://evil.test',
    `https://app.test/${'x'.repeat(2048)}`,
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://app.test/x',
    'file:///etc/passwd',
    'view-source:https://app.test',
    'urn:ietf:wg:oauth:2.0:oob',
  ])('[6749-45] may not be registered: %s', (uri) => {
    expect(redirectUriProblem(uri)).toEqual(expect.any(String));
  });

  it.each([
    ['https://app.test/cb', 'https://app.test/cb', true],
    ['https://app.test/cb', 'https://app.test/cb/', false],
    ['https://app.test/cb', 'https://app.test/CB', false],
    ['https://app.test/cb', 'https://app.test/cb?x=1', false],
    ['https://app.test/cb', 'https://app.test:443/cb', false],
    ['https://app.test/cb', 'HTTPS://app.test/cb', false],
    ['https://app.test/cb', 'https://app.test/x/../cb', false],
    ['https://app.test/cb', 'https://app.test/cb#', false],
    ['https://127.0.0.1/cb', 'https://127.0.0.1:4000/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb', true],
    ['http://127.0.0.1:3000/cb', 'http://127.0.0.1:51004/cb', true],
    ['http://127.0.0.1:3000/cb', 'http://127.0.0.1/cb', true],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:4000', true],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:99999/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:80@evil.test/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb/', false],
    ['http://127.0.0.1/cb', 'http://localhost:51004/cb', false],
    ['http://127.0.0.1/cb', 'http://[::1]:51004/cb', false],
    ['http://[::1]/cb', 'http://[::1]:51004/cb', true],
    ['http://localhost/cb', 'http://localhost:51004/cb', true],
    ['com.example.app:/cb', 'com.example.app:/cb', true],
    ['com.example.app:/cb', 'com.example.app:/cb2', false],
  ])('[6749-45] registered %s, sent %s: %s', (registered, sent, expected) => {
    expect(isRegistered(sent, [registered])).toBe(expected);
  });

  it('of a client that registered none, fits none', () => {
    expect(isRegistered('http://127.0.0.1:3000/cb')).toBe(false);
  });

  it.each([
    ['https://app.test/cb', 'https://app.test/cb?code=a%20b%2B'],
    ['https://app.test/cb?', 'https://app.test/cb?code=a%20b%2B'],
    ['https://app.test/cb?x=1', 'https://app.test/cb?x=1&code=a%20b%2B'],
    ['com.example.app:/cb', 'com.example.app:/cb?code=a%20b%2B'],
  ])('[6749-45] keep their own query: %s', (uri, expected) => {
    expect(answeredAt(uri, { code: 'a b+', state: undefined })).toBe(expected);
  });
});
