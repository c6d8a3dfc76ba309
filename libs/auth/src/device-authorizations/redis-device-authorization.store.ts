import { randomId } from '../kernel/opaque.js';
import type { GuardedRedis } from '../redis/guarded-redis.js';
import { answerDeviceScript } from './answer-device.lua.js';
import { beginDeviceScript } from './begin-device.lua.js';
import {
  type DeviceAuthorizationContent,
  DeviceAuthorizationStore,
  type DeviceCodes,
  type FoundDeviceAuthorization,
  type PollVerdict,
} from './device-authorization.store.js';
import { nameOfUserCode } from './device-codes.js';
import { findDeviceScript } from './find-device.lua.js';
import { pollDeviceScript } from './poll-device.lua.js';
import { redeemDeviceScript } from './redeem-device.lua.js';

const ATTEMPT_BYTES = 9;

/** Devices that wait, on Redis, shared by every instance: one key holds what belongs to both codes of a device. */
export class RedisDeviceAuthorizationStore extends DeviceAuthorizationStore {
  constructor(private readonly redis: GuardedRedis) {
    super();
  }

  async begin(
    { name, secretHash }: DeviceCodes,
    { clientId, request, intervalMs }: DeviceAuthorizationContent,
    ttlMs: number,
  ): Promise<'begun' | 'taken'> {
    const args = [secretHash, clientId, request, Math.ceil(ttlMs), Math.ceil(intervalMs)];
    return (await this.redis.run(beginDeviceScript, [this.keyOf(name)], args)) as 'begun' | 'taken';
  }

  async find(userCode: string): Promise<FoundDeviceAuthorization> {
    const key = this.keyOf(nameOfUserCode(userCode));
    const [verdict, clientId = '', request = ''] = (await this.redis.run(
      findDeviceScript,
      [key],
      [],
    )) as string[];
    return verdict === 'pending' ? { verdict, content: { clientId, request } } : { verdict: 'unknown' };
  }

  async approve(userCode: string, approval: string): Promise<'approved' | 'unknown'> {
    return (await this.answer(userCode, 'approved', approval)) as 'approved' | 'unknown';
  }

  async deny(userCode: string): Promise<'denied' | 'unknown'> {
    return (await this.answer(userCode, 'denied', '')) as 'denied' | 'unknown';
  }

  async poll({ name, secretHash }: DeviceCodes, clientId: string): Promise<PollVerdict> {
    const reply = await this.redis.run(pollDeviceScript, [this.keyOf(name)], [secretHash, clientId]);
    const [verdict, approval = ''] = reply as [PollVerdict['verdict'], string?];
    return verdict === 'approved' ? { verdict, approval } : { verdict };
  }

  async redeem({ name, secretHash }: DeviceCodes): Promise<'redeemed' | 'unknown'> {
    const args = [secretHash, randomId(ATTEMPT_BYTES)];
    return (await this.redis.run(redeemDeviceScript, [this.keyOf(name)], args)) as 'redeemed' | 'unknown';
  }

  private answer(userCode: string, verdict: 'approved' | 'denied', approval: string): Promise<unknown> {
    const args = [verdict, approval, randomId(ATTEMPT_BYTES)];
    return this.redis.run(answerDeviceScript, [this.keyOf(nameOfUserCode(userCode))], args);
  }

  private keyOf(name: string): string {
    // Devices have nothing to do with each other, so each may be in another slot.
    return this.redis.keySpace.key(name.slice(0, 2), 'device', name);
  }
}
