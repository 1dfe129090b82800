// What the integration's modules give each other, and what its websocket commands answer.

interface StrategyConfig {
  readonly type: string;
}

interface CardConfig {
  readonly type: string;
  readonly entity: string;
  readonly live?: boolean;
  readonly timeline?: boolean;
  readonly kinds?: readonly string[];
}

/** Times are seconds since 1970, UTC. */
interface Episode {
  /** ENTRY/NODE/BEGAN_AT */
  readonly id: string;
  readonly entity_id: string;
  readonly start: number;
  readonly end: number;
  /** The most important one first. */
  readonly kinds: readonly string[];
  readonly scenarios: readonly string[];
  readonly ongoing: boolean;
  /** Signed paths, for a day. */
  readonly picture: string | null;
  readonly thumbnail: string | null;
  readonly media_content_id: string;
  readonly recording: readonly [number, number];
}

/** The answer to `netrex/timeline`. */
interface Timeline {
  /** ENTRY/NODE */
  readonly node: string;
  readonly recordings: "ok" | "no_permission" | "failed";
  /** Why they could not be listed, for a person. */
  readonly message: string | null;
  readonly spans: readonly (readonly [number, number])[];
  /** To be continued by /BEGIN/END/0 */
  readonly media: string;
  readonly can_export: boolean;
  /** Oldest first. */
  readonly episodes: readonly Episode[];
  /** From when episodes are kept. */
  readonly kept_since: number;
}
