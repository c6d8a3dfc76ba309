import { defineAccess } from 'nestjs-gatehouse';

/** Who may read and who may write, on every transport. */
export const access = defineAccess({
  roles: {
    reader: { grants: ['messages:read'] },
    writer: { inherits: ['reader'], grants: ['messages:write'] },
  },
});
