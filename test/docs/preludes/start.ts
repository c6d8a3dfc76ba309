import { ManualClock } from 'nestjs-gatehouse/testing';

export declare const clock: ManualClock;
