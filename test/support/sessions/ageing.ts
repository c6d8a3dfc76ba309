import type { INestApplication } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { SessionRecord } from '../../../libs/auth/src/subjects/memory-session-record.js';
import type { MemorySessionState } from '../../../libs/auth/src/subjects/memory-session-state.js';
import { SessionStore } from '../../../libs/auth/src/sessions/session.store.js';
import type { TestMedium } from '../app/stores.js';

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Created, used, idle and absolute expiry, last answer or first use; between the last two is the generation. */
const TIMES = [0, 8, 16, 24, 40];

/** Makes a session of an app older than it is, as if so much time had passed; its access tokens stay as they are. */
export async function age(
  sessionId: string,
  ms: number,
  { app, medium }: { readonly app: INestApplication; readonly medium: TestMedium },
): Promise<void> {
  if (medium.redis === undefined) ageInMemory(app, sessionId, ms);
  else await ageOnRedis((medium.redis as { url: string }).url, sessionId, ms);
}

function ageInMemory(app: INestApplication, sessionId: string, ms: number): void {
  const { state } = app.get<unknown, { state: MemorySessionState }>(SessionStore);
  const record = state.record(sessionId) as Mutable<SessionRecord>;
  for (const time of [
    'createdAt',
    'lastUsedAt',
    'idleExpiresAt',
    'absoluteExpiresAt',
    'rotatedAt',
    'answeredAt',
  ] as const)
    record[time] -= ms;
  if (record.confirmedAt !== undefined) record.confirmedAt -= ms;
}

async function ageOnRedis(url: string, sessionId: string, ms: number): Promise<void> {
  const connection = new Redis(url);
  try {
    const [key = ''] = await connection.keys(`*session:${sessionId}`);
    const record = await connection.getrangeBuffer(key, 0, 55);
    for (const at of TIMES) record.writeDoubleBE(record.readDoubleBE(at) - ms, at);
    await connection.setrange(key, 0, record);
  } finally {
    connection.disconnect();
  }
}
