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
  /** A signed path, for a day; with `&width=320`, of its thumbnail. */
  readonly picture: string | null;
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

type Words = import("../../custom_components/netrex/frontend/www/words.js").Words;

/** From and until when. */
type Span = readonly [number, number];

/** A recording, and the moment to begin at. */
interface Piece {
  readonly media: string;
  readonly from: number;
  readonly until: number;
  readonly at: number;
  /** What is shown until it is there. */
  readonly poster?: string | null;
}

/** What the parts of a card know of it. */
interface CameraOfCard {
  readonly entity: string;
  readonly hass: Hass;
  readonly state: HassEntity | undefined;
  readonly words: Words;
  /** Say something, for a while unless it stays. */
  tell(text: string, stays?: boolean): void;
}
