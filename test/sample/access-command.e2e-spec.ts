import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const command = join(root, 'libs/auth/dist/command/gatehouse.js');

/** A host that talks, with whatever is done before it starts. */
const host = (decorator: string, first = ''): string => `
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, Permissions, Public, UserAuthenticator } from 'nestjs-gatehouse';
console.log('a host that talks');
class Notes { list() {} }
Get()(Notes.prototype, 'list', Object.getOwnPropertyDescriptor(Notes.prototype, 'list'));
${decorator}(Notes.prototype, 'list', Object.getOwnPropertyDescriptor(Notes.prototype, 'list'));
Controller('notes')(Notes);
class Nobody extends UserAuthenticator { async authenticate() {} }
export class AppModule {}
const definition = { roles: { reader: { grants: ['notes:read'] } } };
const options = { issuer: 'https://a.test', audience: 'https://a.test', rbac: { definition }, userAuthenticator: Nobody };
Module({ imports: [AuthModule.forRoot(options)], controllers: [Notes] })(AppModule);
${first}
`;

describe('npx gatehouse access', () => {
  let folder: string;

  beforeAll(async () => {
    // Where the packages of this workspace are found.
    folder = await mkdtemp(join(root, 'dist/access-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        [command, 'access', ...args],
        { cwd: folder, env: { PATH: process.env['PATH'] } },
        (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });

  it('prints its result and nothing else, and ends with what it found', async () => {
    const stay = 'setInterval(() => {}, 1000);';
    await Promise.all([
      writeFile(join(folder, 'before.mjs'), host("Permissions('notes:read')", stay)),
      writeFile(join(folder, 'after.mjs'), host('Public()', stay)),
      writeFile(join(folder, 'ends.mjs'), host('Public()', 'process.exit(1);')),
      writeFile(join(folder, 'app.ts'), 'export class AppModule {}'),
      writeFile(join(folder, 'fails.mjs'), "throw new Error('no redis://me:secret@db.test/0 here');"),
    ]);
    const [written, ended, typescript, failed] = await Promise.all([
      run('before.mjs'),
      run('ends.mjs', '--file', 'ends.json'),
      run('app.ts', '--file', 'ts.json'),
      run('fails.mjs', '--file', 'fails.json'),
    ]);
    expect(written).toMatchObject({ code: 0, err: expect.stringContaining('a host that talks') });
    expect(written.out).toMatch(/^access\.lock\.json: \d+ routes, 1 roles, written\n$/);
    expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining('has ended the process') });
    expect(typescript.code).toBe(2);
    expect(typescript.err).toMatch(/is TypeScript: name what it is compiled to|exports/);
    expect(failed).toMatchObject({ code: 2, out: '', err: expect.stringContaining('redis://db.test/0') });
    expect(failed.err).toMatch(/could not be started.*\n\s+at .*fails\.mjs/);
    expect(failed.err).not.toContain('secret');

    const differs = await run('after.mjs', '--check', '--markdown', 'access.md');
    expect(differs.code).toBe(1);
    expect(differs.out.split('\n')[0]).toBe(
      'widened    GET /notes  for everybody, and not only reader: is public now, asks for permission notes:read no more',
    );
    expect(await readFile(join(folder, 'access.md'), 'utf8')).toContain('**widened**');
  });
});
