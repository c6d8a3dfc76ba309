import { pathTemplate } from './path-template.js';

describe('pathTemplate', () => {
  it.each([
    ['/', '/'],
    ['/posts/:id', '/posts/{id}'],
    ['/posts/:id.json', '/posts/{id}.json'],
    ['/:from-:to', '/{from}-{to}'],
    ['/posts/:"post id"', '/posts/{post id}'],
    ['/files/*path', '/files/{path}'],
    ['/files/{*path}', '/files/{path}'],
    ['/files{/:name}', '/files/{name}'],
    ['/files/*', '/files/{path}'],
    ['/files/(.*)', '/files/{path}'],
    ['/a/*/b', '/a/{path2}/b'],
    ['/posts/:id(^\\d+$)', '/posts/{id}'],
    ['/tasks/:id\\:cancel', '/tasks/{id}:cancel'],
    ['/tasks::cancel', '/tasks:cancel'],
    ['/tasks[:]cancel', '/tasks:cancel'],
  ])('writes %s as %s', (path, template) => {
    expect(pathTemplate(path)).toBe(template);
  });
});
