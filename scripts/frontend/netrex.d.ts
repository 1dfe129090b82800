// What the integration's modules give each other, and what its websocket commands answer.

interface StrategyConfig {
  readonly type: string;
}

interface CardConfig {
  readonly type: string;
  readonly entity: string;
  readonly view?: boolean;
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
  /** Signed path, for a day; with a `width`, it is smaller. */
  readonly picture: string | null;
  readonly recording: readonly [number, number];
}

/** The answer to `netrex/timeline`. */
interface Timeline {
  /** As 2026-11-29, and the midnights that bound it. */
  readonly day: string;
  readonly start: number;
  readonly end: number;
  readonly recordings: "ok" | "no_permission" | "failed";
  /** Why they could not be listed, for a person. */
  readonly message: string | null;
  readonly spans: readonly Span[];
  /** To be continued by /BEGIN/END/0 */
  readonly media: string;
  readonly can_export: boolean;
  /** Oldest first. */
  readonly episodes: readonly Episode[];
  /** From when episodes are kept. */
  readonly kept_since: number;
}

type Words = ReturnType<typeof import("../../custom_components/netrex/frontend/www/words.js").wordsOf>;

/** From and until when. */
type Span = readonly [number, number];

/** What of an episode matters for its place. */
type Placed = Pick<Episode, "id" | "start" | "end">;

/** A recording, and the moment to begin at. */
interface Piece {
  readonly from: number;
  readonly until: number;
  readonly at: number;
  /** Whether this is the second attempt to play it. */
  readonly again?: boolean;
}

/** What a card is, does and knows, for its parts. */
type View = import("../../custom_components/netrex/frontend/www/view.js").CameraView;

/** The answer to `netrex/controls`: entities that the person may control, by their ids. */
interface Related {
  readonly home?: string | null;
  readonly preset?: string | null;
  readonly lights: readonly string[];
  readonly sirens: readonly string[];
  readonly speaker?: string | null;
  /** What speaks there, if the speaker takes it. */
  readonly speech?: string | null;
}

/** What is given to an element that is described. */
interface Given extends Readonly<Record<string, unknown>> {
  readonly class?: Readonly<Record<string, unknown>>;
}

/** An element as it is to be. */
interface Described {
  readonly tag: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly children: readonly Content[];
}

/** What is in an element; what is empty or false isn't there. */
type Content = Described | string | false | 0 | null | undefined | readonly Content[];
