export { GatehouseHealthIndicator } from './gatehouse-health.indicator.js';
