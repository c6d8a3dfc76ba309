import * as openapi from 'nestjs-gatehouse/openapi';
import * as rbac from 'nestjs-gatehouse/rbac';
import * as testing from 'nestjs-gatehouse/testing';
import * as throttler from 'nestjs-gatehouse/throttler';

// Each entry that needs no package of its own must have types, load and export something.
for (const [name, entry] of Object.entries({ openapi, rbac, testing, throttler })) {
  if (Object.keys(entry).length === 0) throw new Error(`nestjs-gatehouse/${name} exports nothing`);
}

export type Table = rbac.RouteTable;
export type Options = throttler.GatehouseThrottlerModuleOptions;
export type Clock = testing.ManualClock;
