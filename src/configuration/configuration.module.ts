import { type DynamicModule, Module } from '@nestjs/common';
import { AppSettings } from './app-settings.js';

/** Hands the settings to everybody. */
@Module({})
export class ConfigurationModule {
  static with(settings: AppSettings): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      providers: [{ provide: AppSettings, useValue: settings }],
      exports: [AppSettings],
    };
  }
}
