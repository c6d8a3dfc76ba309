import { Global, Module } from '@nestjs/common';
import { AppSettings } from '../configuration/app-settings.js';
import { Database } from './database.js';

/** Opens the database before anything that needs it. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [AppSettings],
      useFactory: ({ databaseUrl }: AppSettings) => Database.open(databaseUrl),
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}
