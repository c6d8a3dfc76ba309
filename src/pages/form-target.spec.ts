import { formTarget } from './form-target.js';

describe('formTarget', () => {
  it.each([
    ['https://web.example/cb?a=b', 'https://web.example'],
    ['http://127.0.0.1:4711/cb', 'http://127.0.0.1:4711'],
    ['http://[::1]:4711/cb', 'http:'],
    ['com.example.app:/cb', 'com.example.app:'],
    ["https://a.example;script-src'self'/cb", 'https:'],
    ['https://a.example,b.example/cb', 'https:'],
  ])('of %s is %s', (uri, target) => {
    expect(formTarget(uri)).toBe(target);
  });
});
