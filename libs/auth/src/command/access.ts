import { existsSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { failureReason } from '../kernel/failure-reason.js';
import { type Command, CommandError } from './command.js';
import type { Reviewer } from './reviewer.js';

const PACKAGE = 'nestjs-gatehouse';
const LONGEST_SECONDS = 3600;
const USUAL_APP = 'dist/app.module.js';
const options = {
  check: { type: 'boolean', default: false },
  update: { type: 'boolean', default: false },
  file: { type: 'string', default: 'access.lock.json' },
  markdown: { type: 'string' },
  svg: { type: 'string' },
  timeout: { type: 'string', default: '60' },
} as const;

/** Compares who may call what with a lockfile. */
export const accessCommand: Command = {
  usage: `access [${USUAL_APP}[#Name]] [--check | --update] [--file access.lock.json] [--markdown FILE] [--svg FILE] [--timeout 60]`,
  summary:
    'Writes who may call what to a lockfile, or compares: 0 the same, 1 it differs, 2 it could not be told.\n' +
    '      The file exports AppModule, or a function without parameters that makes the app (createApplication, createApp).',
  async run(args, streams) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length > 1) throw new CommandError('one app at a time');
    if (values.check && values.update) throw new CommandError('either --check or --update');
    const seconds = Number(values.timeout);
    if (!Number.isSafeInteger(seconds) || seconds < 1 || seconds > LONGEST_SECONDS)
      throw new CommandError(`--timeout: expected a whole number of seconds, at most ${LONGEST_SECONDS}`);
    const [path = USUAL_APP, name] = (positionals[0] ?? USUAL_APP).split('#');
    const file = appFile(path);
    const { reviewAccess } = await reviewerOf(file);
    return reviewAccess(
      {
        app: { load: () => loadApp(file), name, adapter: () => adapterOf(file) },
        file: values.file,
        mode: values.check ? 'check' : values.update ? 'update' : 'write',
        markdown: values.markdown,
        svg: values.svg,
        timeoutMs: seconds * 1000,
      },
      streams,
    );
  },
  tell(error) {
    const { name, message = '', stack = '', code = '' } = error as Partial<NodeJS.ErrnoException>;
    if (TOLD.has(name ?? '') || code.startsWith('ERR_PARSE_ARGS')) return message;
    // The frames say where the app was. The message in front of them is left out, since it may hold secrets.
    const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
    return [`the app could not be started: ${failureReason(error)}`, ...frames].join('\n');
  },
};

/** By name: the app has a copy of the package of its own. Their messages are whole reports. */
const TOLD: ReadonlySet<string> = new Set([
  'AccessAuditError',
  'AccessDefinitionError',
  'AuthConfigurationError',
  'CommandError',
  'LockFileError',
  'ReviewError',
]);

function appFile(path: string): string {
  const file = resolve(path);
  if (!existsSync(file))
    throw new CommandError(
      `${path} is not there: build the app, and name the file of its module, e.g. "gatehouse access ${USUAL_APP}"`,
    );
  if (statSync(file).isDirectory())
    throw new CommandError(`${path} is a folder: name the file of the app's module`);
  // As Node does it: packages are those of where a file is, and not of a link to it.
  return realpathSync(file);
}

/** In a workspace the command may be another copy of the package than the app's, and load another Nest. */
async function reviewerOf(file: string): Promise<Reviewer> {
  const own = folderOf(PACKAGE, file);
  const [ofApp, ofPackage] = [file, `${own}/package.json`].map((from) => folderOf('@nestjs/core', from));
  if (ofApp !== ofPackage)
    throw new CommandError(
      `there are two of @nestjs/core, ${ofApp} for the app and ${ofPackage} for ${PACKAGE}: an app needs one (npm ls @nestjs/core)`,
    );
  const reviewer = `${own}/dist/access-lock/index.js`;
  if (!existsSync(reviewer))
    throw new CommandError(
      `${own} is of a version without this command: update ${PACKAGE} where the app has it`,
    );
  return (await import(pathToFileURL(reviewer).href)) as Reviewer;
}

function folderOf(name: string, from: string): string {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch {
    throw new CommandError(`${name} is not installed where ${from} looks for it`);
  }
}

const TYPESCRIPT =
  'is TypeScript: name what it is compiled to, or run this with a loader that writes the metadata of decorators, ' +
  'e.g. node --import @swc-node/register/esm-register node_modules/.bin/gatehouse access src/app.module.ts';

async function loadApp(file: string): Promise<object> {
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    const isForeign =
      error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION';
    if (isForeign && /\.[cm]?tsx?$/.test(file)) throw new CommandError(`${file} ${TYPESCRIPT}`);
    throw error;
  }
}

const PLATFORMS = ['express', 'fastify'] as const;

/** Nest takes Express for an app that names none, and ends the process where that isn't installed. */
async function adapterOf(file: string): Promise<object | undefined> {
  const { resolve: find } = createRequire(file);
  for (const platform of PLATFORMS) {
    let path: string;
    try {
      path = find(`@nestjs/platform-${platform}`);
    } catch {
      continue;
    }
    const { ExpressAdapter, FastifyAdapter } = (await import(pathToFileURL(path).href)) as Record<
      string,
      new () => object
    >;
    const Adapter = ExpressAdapter ?? FastifyAdapter;
    return Adapter && new Adapter();
  }
  throw new CommandError(
    'neither @nestjs/platform-express nor @nestjs/platform-fastify is installed: export a function that makes the app',
  );
}
