export declare class WebhookSecrets {
  current(): Promise<string>;
}

export class WebhookModule {}
export class AppModule {}
