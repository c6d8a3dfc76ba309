import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthConfigurationError } from 'nestjs-gatehouse';
import { GuardedFiles } from '../../libs/auth/src/files/guarded-files.js';
import { startApp } from '../support/app/start-app.js';

describe('files of keys and secrets at boot', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'files-at-boot-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const logger = { log() {}, warn() {}, error() {}, fatal() {} };

  it('are read once', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const privateKeyFile = write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const secretFile = write('secret', randomBytes(32).toString('base64'));
    const read = jest.spyOn(GuardedFiles.prototype, 'read');
    const running = await startApp({
      options: { keys: { privateKeyFile }, secret: undefined, secretFile },
    });
    const paths = read.mock.calls.flat();
    read.mockRestore();
    await running.close();
    expect(paths.sort()).toEqual([privateKeyFile, secretFile].sort());
  });

  it('are told of together, and a key file alone just as well', async () => {
    const keys = { privateKeyFile: write('damaged.pem', 'half a PEM') };
    const findingsOf = async (more: object): Promise<readonly string[]> => {
      const error: unknown = await startApp({ options: { keys, ...more }, logger }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(AuthConfigurationError);
      return (error as AuthConfigurationError).findings.map(({ option }) => option);
    };
    const secretFile = write('short', 'short');
    expect(await findingsOf({ secret: undefined, secretFile })).toEqual([
      'secretFile',
      'keys.privateKeyFile',
    ]);
    expect(await findingsOf({})).toEqual(['keys.privateKeyFile']);
  });
});
