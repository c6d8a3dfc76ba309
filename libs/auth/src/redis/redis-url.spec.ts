import { inspect } from 'node:util';
import { parseRedisUrl } from './redis-url.js';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://localhost', { topology: 'standalone', nodes: [{ host: 'localhost', port: 6379 }], tls: false }],
    ['rediss://10.0.0.1:7000/3', { tls: true, nodes: [{ host: '10.0.0.1', port: 7000 }], database: 3 }],
    ['redis://app:p%40ss@redis:1', { username: 'app' }],
    ['redis://[::1]:6380', { nodes: [{ host: '::1', port: 6380 }] }],
    [
      'redis+cluster://a:1,b:2',
      {
        topology: 'cluster',
        nodes: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
      },
    ],
    ['rediss+cluster://a:1', { topology: 'cluster', tls: true }],
    [
      'redis+sentinel://a,b:2/main',
      {
        topology: 'sentinel',
        nodes: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 2 },
        ],
        masterName: 'main',
      },
    ],
    ['redis+sentinel://a/main/2', { masterName: 'main', database: 2 }],
  ])('reads %s', (url, address) => {
    expect(parseRedisUrl(url)).toMatchObject(address);
  });

  it.each([
    ['redis://app:p%40ss@redis:1', 'p@ss'],
    ['redis://:hunter2@redis', 'hunter2'],
  ])('keeps the password of %s to itself', (url, password) => {
    const address = parseRedisUrl(url);
    expect(address?.password?.reveal()).toBe(password);
    expect(inspect(address) + JSON.stringify(address)).not.toContain(password);
  });

  it.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://a,b',
    'redis://a:99999',
    'redis://a/x',
    'redis://a/1/2',
    'redis+cluster://a:1/1',
    'redis+sentinel://a:1',
    'redis+foo://a',
    'redis://%E0%A4%A@host',
  ])('refuses %j', (url) => {
    expect(parseRedisUrl(url)).toBeUndefined();
  });
});
