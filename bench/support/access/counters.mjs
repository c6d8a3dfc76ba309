// What a server process counts about itself: commands sent to Redis, waits for them, bytes allocated.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { GCProfiler, getHeapStatistics } from 'node:v8';

/** Peers and the library may each have an ioredis of their own. */
const clients = [import.meta.url, new URL('../../../libs/auth/dist/index.js', import.meta.url)].map(
  (from) => createRequire(from)('ioredis').Redis,
);
const ofRequest = new AsyncLocalStorage();

/** Counts from now on; answers how many. */
export function countCommands() {
  let sent = 0;
  for (const { prototype } of new Set(clients)) {
    const { sendCommand } = prototype;
    prototype.sendCommand = function count(command, ...rest) {
      sent += 1;
      const answered = sendCommand.call(this, command, ...rest);
      noteWait(command);
      return answered;
    };
  }
  return () => sent;
}

/** Commands that are under way together are one wait. */
function noteWait(command) {
  const request = ofRequest.getStore();
  if (request === undefined) return;
  request.commands += 1;
  if (SCRIPT.test(command.name)) request.scripts += 1;
  if (request.underWay === 0) request.waits += 1;
  request.underWay += 1;
  const answered = () => (request.underWay -= 1);
  command.promise.then(answered, answered);
}

/** Names of commands that run one. */
const SCRIPT = /^(eval|evalsha|fcall)$/;

/** `trace`: what follows is slower, since each request is followed through its promises; so it comes last. */
export function tracingWaits(server) {
  const requests = [];
  return {
    trace: () => {
      const { emit } = server;
      server.emit = function follow(event, ...given) {
        if (event !== 'request') return emit.call(this, event, ...given);
        const request = { commands: 0, scripts: 0, waits: 0, underWay: 0 };
        requests.push(request);
        return ofRequest.run(request, () => emit.call(this, event, ...given));
      };
    },
    /** What each request did since the last time. */
    traced: () => requests.splice(0).map(({ commands, scripts, waits }) => ({ commands, scripts, waits })),
  };
}

/** Bytes put on the heap between two calls, those that were collected meanwhile included. */
export function allocating() {
  let profiler;
  let usedBefore;
  return {
    startAllocating: () => {
      profiler = new GCProfiler();
      profiler.start();
      usedBefore = getHeapStatistics().used_heap_size;
    },
    allocated: () => {
      let bytes = 0;
      let used = usedBefore;
      const now = getHeapStatistics().used_heap_size;
      for (const { beforeGC, afterGC } of profiler.stop().statistics) {
        bytes += beforeGC.heapStatistics.usedHeapSize - used;
        used = afterGC.heapStatistics.usedHeapSize;
      }
      return bytes + now - used;
    },
  };
}
