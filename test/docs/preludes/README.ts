import type { TestingModuleBuilder } from '@nestjs/testing';
import { type ManualClock } from 'nestjs-gatehouse/testing';
import { UserAuthenticator } from 'nestjs-gatehouse';

export declare const builder: TestingModuleBuilder;
export declare const clock: ManualClock;
export declare class AppUserAuthenticator extends UserAuthenticator {
  override authenticate(): Promise<undefined>;
}
