export { AuthTelemetryModule } from './auth-telemetry.module.js';
