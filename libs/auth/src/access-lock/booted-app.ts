import type { INestApplicationContext, LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AppEntry } from '../command/reviewer.js';
import { duringReview } from '../configuration/access-review.js';
import { isObject } from '../kernel/configuration/option-reader.js';
import { type Bound, within } from './bound.js';
import { ReviewError } from './review-error.js';

/** What is looked at of an app, once it is initialised. */
export type ReviewedApp = Pick<INestApplicationContext, 'get' | 'init' | 'close'>;

const CLOSING_MS = 1000;
/** Exports that may lead to the app, the first that is there. */
const NAMES = ['createApplication', 'createApp', 'AppModule', 'default'];

/** Boots an app without listening, and closes it again however the review of it ends. */
export async function withBooted<T>(
  entry: AppEntry,
  bound: Bound,
  review: (app: ReviewedApp) => T,
): Promise<{ readonly found: T; readonly isClosed: boolean }> {
  const app = await duringReview(async () => {
    const made = exported(await within(entry.load, 'loading it', bound), entry.name);
    const booted = await within(() => bootOf(made, entry), 'starting', bound);
    try {
      await within(() => booted.init(), 'starting', bound);
    } catch (error) {
      // Nest closes nothing of an app that doesn't start.
      await close(booted, { ms: Math.min(bound.ms, CLOSING_MS) });
      throw error;
    }
    return booted;
  });
  let found: T;
  try {
    found = review(app);
  } catch (error) {
    await close(app, bound);
    throw error;
  }
  return { found, isClosed: await close(app, bound) };
}

async function close(app: ReviewedApp, bound: Bound): Promise<boolean> {
  return within(() => app.close(), 'closing', bound).then(
    () => true,
    () => false,
  );
}

/** The export that leads to the app. What a CommonJS file exports may stand in its `default` only. */
function exported(loaded: object, name: string | undefined): unknown {
  const places = [loaded, (loaded as { readonly default?: unknown }).default].filter(isExporting);
  const names = name === undefined ? NAMES : [name];
  for (const each of names)
    for (const place of places) {
      const found: unknown = Reflect.get(place, each);
      if (typeof found === 'function' || isDynamicModule(found)) return found;
    }
  const has = [...new Set(places.flatMap((place) => Object.keys(place)))].filter(
    (each) => each !== 'default',
  );
  throw new ReviewError(
    `exports ${name === undefined ? 'neither AppModule, nor createApplication, nor a default' : `no ${name}`}` +
      ` (there is: ${has.join(', ') || 'nothing'}); name one: app.module.js#TheModule`,
  );
}

function isExporting(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

async function bootOf(made: unknown, { adapter }: AppEntry): Promise<ReviewedApp> {
  if (isClass(made) || isDynamicModule(made)) {
    const options = { abortOnError: false, logger: ['warn', 'error', 'fatal'] as LogLevel[] };
    const given = (await adapter?.()) as Parameters<typeof NestFactory.create>[1];
    return given === undefined
      ? NestFactory.create(made as never, options)
      : NestFactory.create(made as never, given as never, options);
  }
  const make = made as (...none: never[]) => unknown;
  if (make.length > 0)
    throw new ReviewError(`${make.name} takes arguments: export a function that makes the app without any`);
  const app: unknown = await make();
  if (isApp(app)) return app;
  throw new ReviewError(`${make.name || 'the function'} answers no Nest application`);
}

function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

function isDynamicModule(value: unknown): boolean {
  return isObject(value) && typeof value['module'] === 'function';
}

/** Nest hides an application behind a proxy: by what it can do, it is one. */
function isApp(value: unknown): value is ReviewedApp {
  return (
    isExporting(value) &&
    ['get', 'init', 'close'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
