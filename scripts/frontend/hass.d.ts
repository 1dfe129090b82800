// What the modules use of Home Assistant's frontend, which publishes no types of its own.

interface HassEntity {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface EntityRegistryDisplayEntry {
  readonly entity_id: string;
  readonly platform?: string;
}

interface Connection {
  subscribeMessage<T>(
    callback: (message: T) => void,
    message: object,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
}

interface Hass {
  readonly states: Readonly<Record<string, HassEntity | undefined>>;
  readonly entities: Readonly<Record<string, EntityRegistryDisplayEntry | undefined>>;
  readonly devices: Readonly<Record<string, unknown>>;
  readonly areas: Readonly<Record<string, unknown>>;
  readonly config: { readonly time_zone: string; readonly state: string };
  readonly connection: Connection;
  readonly connected: boolean;
  readonly language: string;
  readonly locale: { readonly language: string; readonly time_format: string; readonly time_zone: string };
  callWS<T>(message: object): Promise<T>;
  callService(
    domain: string,
    service: string,
    data?: object,
    target?: object,
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<{ response?: unknown }>;
  hassUrl(path: string): string;
  localize(key: string, values?: Record<string, string | number>): string;
  loadBackendTranslation(category: string, integration: string): Promise<Hass["localize"]>;
}

/** What rejected promises of `callWS` and `callService` hold. */
interface HassError {
  readonly code: string;
  readonly message: string;
}

interface Window {
  customCards?: {
    readonly type: string;
    readonly name: string;
    readonly description: string;
    readonly preview: boolean;
    readonly documentationURL: string;
    getEntitySuggestion(hass: Hass, entityId: string): { config: CardConfig } | null;
  }[];
  customStrategies?: {
    readonly type: string;
    readonly strategyType: string;
    readonly name: string;
    readonly description: string;
    readonly documentationURL: string;
  }[];
  hassConnection?: Promise<unknown>;
}

/** Home Assistant's own player. */
interface CameraStream extends HTMLElement {
  stateObj: HassEntity;
  muted: boolean;
  controls: boolean;
  fitMode: string;
}

interface HTMLElementTagNameMap {
  "ha-camera-stream": CameraStream;
  "ha-card": HTMLElement;
  "ha-icon": HTMLElement;
  "home-assistant": HTMLElement & { readonly hass?: Hass };
}

interface HTMLVideoElement {
  /** Of Apple's phones, which show nothing else in full. */
  webkitEnterFullscreen?(): void;
}
