import { normalisedUri, targetUri } from './target-uri.js';

describe('normalisedUri', () => {
  it.each([
    ['https://API.test/a', 'https://api.test/a'],
    ['HTTPS://api.test:443/a', 'https://api.test/a'],
    ['http://api.test:80', 'http://api.test/'],
    ['https://api.test:8443/a', 'https://api.test:8443/a'],
    ['https://api.test/a?b=c#d', 'https://api.test/a'],
    ['https://api.test/%7eada/%c3%a4/%2fx', 'https://api.test/~ada/%C3%A4/%2Fx'],
    ['https://api.test/%61%2D%2E%5F', 'https://api.test/a-._'],
    ['https://api.test/a/./b/../c', 'https://api.test/a/c'],
    ['https://api.test/a/%2e%2e/c', 'https://api.test/c'],
    ['https://api.test//a', 'https://api.test//a'],
    ['https://api.test/a/', 'https://api.test/a/'],
    ['https://api.test/A', 'https://api.test/A'],
    ['https://[::1]:3000/a', 'https://[::1]:3000/a'],
  ])('[9449-39] spells %s as %s', (text, spelt) => {
    expect(normalisedUri(text)).toBe(spelt);
  });

  it.each([
    '',
    '/a',
    'api.test/a',
    'ftp://api.test/a',
    'https://',
    'https://ada@api.test/a',
    'https://ada:b@api.test/a',
    'https://api.test\\a',
    'https://api.test/a b',
    'https://api.test/a\tb',
    ' https://api.test/a',
    'https://api.test/ä',
    'https://api.test:99999/a',
  ])('[9449-39] takes %j for no such URI', (text) => {
    expect(normalisedUri(text)).toBeUndefined();
  });
});

describe('targetUri', () => {
  it.each([
    ['https://api.test', '/a?b=c', 'https://api.test/a'],
    ['https://api.test', '/', 'https://api.test/'],
    ['https://api.test', '//evil.test/a', 'https://api.test//evil.test/a'],
    ['https://api.test', 'http://evil.test/a', 'https://api.test/a'],
    ['https://api.test', '/@evil.test', 'https://api.test/@evil.test'],
    ['https://api.test/v1', '/a', 'https://api.test/v1/a'],
    ['https://api.test', '*', undefined],
    ['https://api.test', 'evil.test:443', undefined],
    ['https://api.test', '/a\\b', undefined],
  ])('[9449-44] puts %s before %s', (baseUrl, target, uri) => {
    expect(targetUri(baseUrl, target)).toBe(uri);
  });
});
