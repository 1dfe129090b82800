// What the modules use of Home Assistant's frontend, which publishes no types of its own.

interface HassEntity {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly last_changed: string;
}

interface EntityRegistryDisplayEntry {
  readonly entity_id: string;
  readonly device_id?: string;
  readonly area_id?: string;
  readonly platform?: string;
  readonly translation_key?: string;
  readonly entity_category?: string;
  readonly hidden?: boolean;
  readonly name?: string | null;
}

interface DeviceRegistryEntry {
  readonly id: string;
  readonly name: string | null;
  readonly name_by_user: string | null;
  readonly area_id: string | null;
  readonly entry_type: string | null;
  readonly via_device_id: string | null;
}

interface AreaRegistryEntry {
  readonly area_id: string;
  readonly name: string;
  readonly icon: string | null;
  readonly floor_id: string | null;
}

interface Connection {
  subscribeMessage<T>(
    callback: (message: T) => void,
    message: object,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(event: string, listener: () => void): void;
  removeEventListener(event: string, listener: () => void): void;
}

interface Hass {
  readonly states: Readonly<Record<string, HassEntity | undefined>>;
  readonly entities: Readonly<Record<string, EntityRegistryDisplayEntry | undefined>>;
  readonly devices: Readonly<Record<string, DeviceRegistryEntry | undefined>>;
  readonly areas: Readonly<Record<string, AreaRegistryEntry | undefined>>;
  readonly floors: Readonly<Record<string, { readonly name: string; readonly level: number | null } | undefined>>;
  readonly config: { readonly time_zone: string; readonly state: string; readonly components: readonly string[] };
  readonly connection: Connection;
  readonly connected: boolean;
  readonly language: string;
  readonly locale: { readonly language: string; readonly time_format: string; readonly time_zone: string };
  readonly user?: { readonly id: string; readonly is_admin: boolean };
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
  formatEntityState(state: HassEntity): string;
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
