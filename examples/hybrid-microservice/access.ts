import { defineAccess } from 'nestjs-gatehouse';

/** Who may do what, by route and by message. */
export const access = defineAccess({
  roles: {
    customer: { grants: ['orders:place'] },
    clerk: { inherits: ['customer'], grants: ['orders:read'] },
  },
});
