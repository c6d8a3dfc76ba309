import type { FactoryProvider } from '@nestjs/common';
import { StoreMedium } from './store-medium.js';

/** The same provider, but it closes the medium when it fails: Nest runs no shutdown hooks when the boot fails. */
export function closingMedium(provider: FactoryProvider): FactoryProvider {
  const { inject = [], useFactory } = provider;
  return {
    ...provider,
    inject: [StoreMedium, ...inject],
    useFactory: async (medium: StoreMedium, ...given: unknown[]): Promise<unknown> => {
      try {
        return (await useFactory(...given)) as unknown;
      } catch (error) {
        await medium.close();
        throw error;
      }
    },
  };
}
