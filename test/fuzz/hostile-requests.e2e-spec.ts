import * as fc from 'fast-check';
import type { Attack, Attacker } from './attacker.js';
import { credentialKinds } from './credential-kinds.js';
import { formKinds } from './form-kinds.js';
import { framingKinds } from './framing-kinds.js';
import { headerKinds } from './header-kinds.js';
import { described, faultsOf } from './invariants.js';
import { jsonKinds } from './json-kinds.js';
import { goodRequest, type Kind, LOGIN, routes } from './kind.js';
import { KNOWN_FAULTS } from './known-faults.js';
import { LoopProbe } from './loop-probe.js';
import { type RawRequest, toBytes } from './raw-http.js';
import { Stand, type StandShape } from './stand.js';
import { targetKinds } from './target-kinds.js';
import { textKinds } from './text-kinds.js';

// The same requests each time, so that a red test is red again; another seed, or more runs, make others.
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_126);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 3);
/** A known fault doesn't show with each request of its kind. */
const RUNS_FOR_FAULT = Math.max(RUNS, 8);

const kinds = [
  ...jsonKinds,
  ...textKinds,
  ...formKinds,
  ...credentialKinds,
  ...headerKinds,
  ...framingKinds,
  ...targetKinds,
];

const stands: readonly StandShape[] = [
  { platform: 'express', medium: 'memory', refreshIn: 'body' },
  { platform: 'express', medium: 'memory', refreshIn: 'cookie' },
  { platform: 'fastify', medium: 'memory', refreshIn: 'body' },
  { platform: 'fastify', medium: 'memory', refreshIn: 'cookie' },
  { platform: 'fastify', medium: 'redis', refreshIn: 'body' },
];

const BASELINES = 10;
const PARSINGS = 20;
const LONGEST_BODY = JSON.stringify(
  Object.fromEntries(Array.from({ length: 70_000 }, (_, at) => [`k${at}`, null])),
);
const probe = new LoopProbe();

describe.each(stands)('hostile requests on $platform, $medium, refresh token in the $refreshIn', (shape) => {
  const isFaulty = ({ name }: Kind): boolean => name in KNOWN_FAULTS[shape.platform];
  let stand: Stand;

  beforeAll(async () => {
    stand = await Stand.start(shape);
  });
  afterAll(() => stand.stop());

  it.each(kinds.filter((kind) => !isFaulty(kind)))(
    '$name: answered in time, below 500, and nobody loses anything',
    async ({ requests }: Kind) => {
      const attacker = stand.newAttacker();
      await barrage(attacker, requests);
      await stand.expectHonestSession();
      await attacker.expectSessionsEnd();
    },
  );

  it.each(kinds.filter(isFaulty))('$name: a known fault, still there', async ({ requests }: Kind) => {
    await expect(barrage(stand.newAttacker(), requests, RUNS_FOR_FAULT)).rejects.toThrow(
      'the refusal is no problem document',
    );
  });

  it.each(routes)('%s %s is no 5xx to a good request', async (...route) => {
    const { answer } = await stand.newAttacker().attack(goodRequest(route));
    expect(answer.status).toBeLessThan(500);
  });
});

async function barrage(attacker: Attacker, requests: fc.Arbitrary<RawRequest>, runs = RUNS): Promise<void> {
  const usualMs = BASELINES * (await baselineMs(attacker));
  let boundMs: number | undefined;
  // Most requests are far below, so that what takes long to measure is measured for the others only.
  const boundOf = async (standstillMs: number): Promise<number> => {
    if (standstillMs <= usualMs) return usualMs;
    return (boundMs ??= Math.max(usualMs, PARSINGS * (await parsingMs())));
  };
  const property = fc.asyncProperty(requests, (request) => expectHarmless(attacker, request, boundOf));
  // Not made smaller on failure: the cases are, and each try would take as long as the failure.
  await fc.assert(property, { numRuns: runs, seed: SEED, endOnFailure: true, asyncReporter });
}

/** The longest standstill that honest logins cause, on this machine at this moment. */
async function baselineMs(attacker: Attacker): Promise<number> {
  const account = await attacker.login();
  const login = toBytes(attacker.filled(goodRequest(LOGIN), account));
  const standstills = [];
  for (let time = 0; time < 3; time++) standstills.push(await probe.during(() => attacker.send(login)));
  return Math.max(...standstills);
}

/** How long this machine needs now for reading a body as long as one may be, whatever the framework. */
async function parsingMs(): Promise<number> {
  const standstills = [];
  for (let time = 0; time < 3; time++)
    standstills.push(await probe.during(async () => void JSON.parse(LONGEST_BODY)));
  return Math.max(...standstills);
}

async function expectHarmless(
  attacker: Attacker,
  hostile: RawRequest,
  boundOf: (standstillMs: number) => Promise<number>,
): Promise<void> {
  let attack: Attack | undefined;
  let standstillMs = await probe.during(async () => {
    attack = await attacker.attack(hostile);
  });
  const { bytes } = attack!;
  const boundMs = await boundOf(standstillMs);
  // Others may have held the processor meanwhile; what the request does, it does each time.
  for (let again = 0; standstillMs > boundMs && again < 2; again++)
    standstillMs = Math.min(standstillMs, await probe.during(() => attacker.send(bytes)));
  const isTooLong =
    standstillMs > boundMs && `the loop stood still for ${standstillMs} ms, bound ${boundMs} ms`;
  expect([...faultsOf(attack!), ...(isTooLong === false ? [] : [isTooLong])]).toEqual([]);
}

/** Says what is needed to do it again, without the megabytes of some requests. */
async function asyncReporter(run: fc.RunDetails<[RawRequest]>): Promise<void> {
  if (!run.failed) return;
  const [request] = run.counterexample ?? [];
  const again = `FUZZ_SEED=${run.seed}, FUZZ_RUNS=${RUNS}, request ${run.counterexamplePath ?? ''}`;
  const cause = run.errorInstance;
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new Error(`${again}\n${request === undefined ? '' : described(request)}\n\n${why}`, { cause });
}

describe('the known faults', () => {
  it('are kinds of the barrage', () => {
    const names = new Set(kinds.map(({ name }) => name));
    expect(names.size).toBe(kinds.length);
    const faults = Object.values(KNOWN_FAULTS).flatMap((ofPlatform) => Object.keys(ofPlatform));
    expect(faults.filter((name) => !names.has(name))).toEqual([]);
  });
});
