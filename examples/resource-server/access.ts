import { defineAccess } from 'nestjs-gatehouse';

/** What the roles that Keycloak gives mean here. It knows nothing of notes, and this app nothing of passwords. */
export const access = defineAccess({
  roles: {
    reader: { grants: ['notes:read'] },
    editor: { inherits: ['reader'], grants: ['notes:write'] },
  },
});
