// An app that has no package of telemetry or health: entries that are about one say which, to whoever requires them.
const assert = require('node:assert/strict');

for (const [entry, name] of Object.entries({ otel: '@opentelemetry/api', terminus: '@nestjs/terminus' }))
  assert.throws(() => require(`nestjs-gatehouse/${entry}`), {
    code: 'ERR_MODULE_NOT_FOUND',
    message: new RegExp(`^Cannot find package '${name}' imported from .*nestjs-gatehouse`),
  });
