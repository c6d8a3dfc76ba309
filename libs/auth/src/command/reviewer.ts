import type { CommandStreams } from './command.js';

/** What is known of the module that leads to the app. */
export interface AppEntry {
  /** The module, loaded. */
  readonly load: () => Promise<object>;
  /** The export that was named, if one was. */
  readonly name: string | undefined;
  /** Makes the HTTP adapter of an app that names none; `undefined`: that of Nest's default. */
  readonly adapter?: () => Promise<object | undefined>;
}

/** What somebody wants to know of an app. */
export interface AccessReview {
  readonly app: AppEntry;
  /** The lockfile. */
  readonly file: string;
  /** `write`: makes the file where there is none; `check`: only compares; `update`: accepts what has changed. */
  readonly mode: 'write' | 'check' | 'update';
  /** Files for a pull request. */
  readonly markdown: string | undefined;
  readonly svg: string | undefined;
  /** How long the app may take for each step. */
  readonly timeoutMs: number;
}

/** What the app's own copy of this package does, maybe of another version: only that one knows the classes by which the app is guarded. */
export interface Reviewer {
  reviewAccess(review: AccessReview, streams: Pick<CommandStreams, 'out' | 'err'>): Promise<0 | 1>;
}
