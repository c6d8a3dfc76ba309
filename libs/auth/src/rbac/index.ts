export { RouteTable } from './audit/route-table.js';
export { RbacGuard } from './rbac.guard.js';
export { RbacModule } from './rbac.module.js';
export { RoleGraphSignal } from './role-source.js';
