// What is left of each guarantee in several regions, by design: an hour with one broken link, seeded.
import { randomOf } from './random.mjs';

export const MODEL = {
  regions: 3,
  hourMs: 3_600_000,
  /** One way between regions, and what replication adds on top of it, on average. */
  oneWayMs: 40,
  replicationMs: 20,
  boundMs: 2_000,
  /** Region 1 and the home region don't reach each other. */
  brokenFrom: 1_800_000,
  brokenForMs: 60_000,
  /** Of the users those who are in another region than their own. */
  away: 0.05,
  requests: 200_000,
  revocations: 50_000,
  /** A revoked token is used so often, in one of the regions. */
  everyMs: 200,
  thefts: 1_000,
  theftWithinMs: 1_000,
  limit: 100,
  attackPerSecond: 1_000,
};

/** Where things are decided: at `home`, by a copy, or by one of several masters. */
export const designs = [
  { name: 'one home, strict', checks: 'home', rotates: 'home', counts: 'home' },
  { name: 'one home, bounded 2 s, limits per region', checks: 'bounded', rotates: 'home', counts: 'region' },
  { name: 'users have a home, requests go there', checks: 'routed', rotates: 'home', counts: 'home' },
  { name: 'reads from replicas (not offered)', checks: 'replica', rotates: 'home', counts: 'home' },
  { name: 'several masters (not offered)', checks: 'replica', rotates: 'masters', counts: 'masters' },
];

export function simulate(design, seed, model = MODEL) {
  const random = randomOf(seed);
  return {
    name: design.name,
    ...honest(design, random, model),
    ...revoked(design, random, model),
    thefts: thefts(design, random, model),
    admitted: admitted(design, random, model),
  };
}

/** Whether two regions, one of them home (0), don't reach each other. */
const isBroken = (region, at, { brokenFrom, brokenForMs }, home = 0) =>
  region + home === 1 && at >= brokenFrom && at < brokenFrom + brokenForMs;

/** When a region knows what was written at home then: what can't be sent waits for the link. */
function arrival(region, sentAt, random, model) {
  if (region === 0) return sentAt;
  const from = isBroken(region, sentAt, model) ? model.brokenFrom + model.brokenForMs : sentAt;
  return from + model.oneWayMs - Math.log(1 - random()) * model.replicationMs;
}

/** Users all over the regions, over the hour: the share that is refused for want of the store, and what a request takes longer. */
function honest({ checks }, random, model) {
  let [refused, waitedMs] = [0, 0];
  for (let number = 0; number < model.requests; number += 1) {
    const at = random() * model.hourMs;
    const region = Math.floor(random() * model.regions);
    const isAway = random() < model.away;
    const elsewhere = Math.floor(random() * (model.regions - 1));
    const routedTo = isAway ? (region + 1 + elsewhere) % model.regions : region;
    const asked = { home: 0, routed: routedTo, bounded: region, replica: region }[checks];
    const usedUpAt = checks === 'bounded' ? at - model.boundMs : Infinity;
    const isCutOff = isBroken(region, at, model, asked) && region !== asked;
    const isCopyOld = isBroken(region, usedUpAt, model) && isBroken(region, at, model);
    if (isCutOff || isCopyOld) refused += 1;
    else if (region !== asked) waitedMs += 2 * model.oneWayMs;
  }
  return { refused: refused / model.requests, waitedMs: waitedMs / model.requests };
}

/** Requests with revoked tokens that were accepted, and how long after the revocation was acknowledged. */
function revoked({ checks }, random, model) {
  const result = { stale: 0, longestMs: 0 };
  for (let number = 0; number < model.revocations; number += 1) {
    const revokedAt = random() * model.hourMs;
    const region = Math.floor(random() * model.regions);
    const about = { region, revokedAt, knownAt: arrival(region, revokedAt, random, model), phase: random() };
    const firstAt = revokedAt + random() * model.everyMs;
    // By then everybody has heard.
    const lastAt = revokedAt + model.brokenForMs + model.boundMs;
    for (let at = firstAt; at < lastAt; at += model.everyMs) {
      if (!isAccepted[checks]({ at, ...about }, model)) continue;
      result.stale += 1;
      result.longestMs = Math.max(result.longestMs, at - revokedAt);
    }
  }
  return result;
}

/** By who is asked, whether a revoked token passes. Home knows, and who can't ask it refuses. */
const isAccepted = {
  home: () => false,
  routed: () => false,
  replica: ({ at, knownAt }) => at < knownAt,
  /** The copy is read four times per bound; one that is older isn't used, and home is asked. */
  bounded: ({ at, region, revokedAt, phase }, model) => {
    const everyMs = model.boundMs / 4;
    const wayMs = region === 0 ? 0 : model.oneWayMs;
    let begunAt = (Math.floor((at - 2 * wayMs) / everyMs - phase) + phase) * everyMs;
    while (at - begunAt <= model.boundMs && isBroken(region, begunAt + wayMs, model)) begunAt -= everyMs;
    return at - begunAt <= model.boundMs && begunAt + wayMs < revokedAt;
  },
};

/** A stolen refresh token is shown in another region within a second of its owner having used it up: how often it is good for something. */
function thefts({ rotates }, random, model) {
  let accepted = 0;
  for (let number = 0; number < model.thefts; number += 1) {
    const usedUpAt = random() * model.hourMs;
    const shownAt = usedUpAt + random() * model.theftWithinMs;
    const heardAt = arrival(1, usedUpAt, random, model);
    if (rotates === 'masters' && shownAt < heardAt) accepted += 1;
  }
  return accepted;
}

/** An attacker sends to all regions at once to get more than the limit through. */
function admitted({ counts }, random, model) {
  if (counts === 'home') return model.limit;
  if (counts === 'region') return model.limit * model.regions;
  // Each master counts its own hits at once and those of the others when they arrive.
  const hits = [];
  for (let at = 0; ; at += 1000 / model.attackPerSecond) {
    const isOpen = (region) =>
      hits.filter((hit) => hit.region === region || hit.heardAt <= at).length < model.limit;
    const open = Array.from({ length: model.regions }, (_, region) => region).filter(isOpen);
    if (open.length === 0) return hits.length;
    for (const region of open) hits.push({ region, heardAt: arrival(1, at, random, model) });
  }
}
