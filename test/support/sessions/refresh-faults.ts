import { storeUnavailable } from '../../../libs/auth/src/kernel/auth-error.js';
import type { FaultyTokenServices } from './token-services.js';

/** Something that goes wrong in a refresh. */
export interface Fault {
  readonly name: string;
  /** Code or name of the error. */
  readonly error: string;
  readonly begin: (services: FaultyTokenServices) => void | Promise<void>;
}

const throwing = (message: string) => () => {
  throw new Error(message);
};
/** Stands for a store that doesn't answer. */
export const storeIsDown = async (): Promise<never> => {
  throw storeUnavailable('down');
};
const signing = (fault: FaultyTokenServices['signer']['fault']): Omit<Fault, 'name'> => ({
  error: 'store_unavailable',
  begin: ({ signer }) => {
    signer.fault = fault;
  },
});
const claiming = (error: string, claims: () => unknown): Omit<Fault, 'name'> => ({
  error,
  begin: ({ stand }) => {
    stand.claims = claims as typeof stand.claims;
  },
});

const reloading = (error: string, reload: () => unknown): Omit<Fault, 'name'> => ({
  error,
  begin: ({ stand }) => {
    stand.reload = reload;
  },
});

/** What can go wrong when the host is asked about the user. */
export const RELOAD_FAULTS: readonly Fault[] = [
  { name: 'reload throws', ...reloading('store_unavailable', throwing('no database')) },
  {
    name: 'reload rejects',
    ...reloading('store_unavailable', () => Promise.reject(new Error('no database'))),
  },
  { name: 'reload hangs', ...reloading('store_unavailable', () => new Promise(() => {})) },
  { name: 'reload answers a text', ...reloading('TypeError', () => 'ada') },
  {
    name: 'reload answers roles that are none',
    ...reloading('TypeError', () => ({ subject: 'ada', roles: 1 })),
  },
  { name: 'reload answers somebody else', ...reloading('TypeError', () => ({ subject: 'bob' })) },
  {
    name: 'reload answers claims that are no data',
    ...reloading('TypeError', () => ({ subject: 'ada', claims: { since: new Date(0) } })),
  },
  {
    name: 'reload answers more than a token holds',
    ...reloading('RangeError', () => ({ subject: 'ada', roles: ['x'.repeat(9000)] })),
  },
];

/** What can go wrong before anything is decided, in the order of the steps. */
export const FAULTS: readonly Fault[] = [
  { name: 'claims throws', ...claiming('Error', throwing('no database')) },
  { name: 'claims rejects', ...claiming('Error', () => Promise.reject(new Error('no database'))) },
  { name: 'claims hangs', ...claiming('store_unavailable', () => new Promise(() => {})) },
  { name: 'claims answers a text', ...claiming('TypeError', () => 'tenant') },
  { name: 'claims answers a Date', ...claiming('TypeError', () => ({ since: new Date(0) })) },
  { name: 'claims answers too much', ...claiming('RangeError', () => ({ tenant: 'x'.repeat(9000) })) },
  {
    name: 'no key signs',
    error: 'Error',
    begin: async ({ source, ring }) => {
      source.canSign = false;
      await ring.reload();
    },
  },
  { name: 'the signer is down', ...signing('down') },
  { name: 'the signer hangs', ...signing('hangs') },
  { name: 'the signer answers DER', ...signing('answers DER') },
  { name: 'the signer has another key', ...signing('has another key') },
];

/** What can go wrong at the store. */
export const STORE_FAULTS = (['before recall', 'before rotate'] as const).map((step): Fault => ({
  name: `the store is down ${step}`,
  error: 'store_unavailable',
  begin: ({ stand }) => {
    stand.at = async (now) => (now === step ? storeIsDown() : undefined);
  },
}));

/** Takes every fault away. */
export async function mend({ stand, signer, source, ring }: FaultyTokenServices): Promise<void> {
  stand.claims = () => ({ tenant: 'a' });
  stand.reload = (subject) => ({ subject, roles: ['editor'] });
  stand.at = async () => {};
  signer.fault = undefined;
  source.canSign = true;
  await ring.reload();
}

/** Code or name of the error that something ends with. */
export const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: { code?: string; name: string }) => error.code ?? error.name,
  );
