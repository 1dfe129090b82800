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

/** What a card is made of. */
interface Parts {
  controls: Controls;
  day: Day;
  filter: Filter;
  line: DayLine;
  playing: Playing;
  stage: Stage;
  thumbs: Thumbs;
}

/** What a card shows of one camera: its parts know each other by it, and each describes what it looks like. */
interface View extends Parts {
  readonly config: CardConfig;
  readonly entity: string;
  hass: Hass;
  readonly words: Words;
  readonly element: HTMLElement;
  /** Whether somebody looks: else nothing is asked or streamed. */
  isAwake: boolean;
  isSaving: boolean;
  state(): HassEntity | undefined;
  isOff(): boolean;
  /** Whether there is a picture: where only the day is wanted, what is selected in it has one. */
  hasPicture(): boolean;
  isStreaming(): boolean;
  /** Events of the day that are shown. */
  episodes(): readonly Episode[];
  /** Begin to look: the live picture, the day, and what happens. */
  wake(): void;
  /** Ask and stream nothing any more; gone is what is on the page no longer. */
  sleep(isGone: boolean): void;
  /** Show what has changed; give whether all is asked anew, as Home Assistant or the camera was away. */
  update(before: Hass): boolean;
  /** Show it as it is, once for all that changes at a time. */
  draw(): void;
  /** Say something, for a while. */
  tell(text: string): void;
  /** The day is there. */
  answered(): void;
  /** An event has begun. */
  began(episode: Episode): void;
  showDay(day: string): void;
  /** Go to the event before (-1) or after (1). */
  step(direction: number): void;
  /** What is played can be seen. */
  ready(): void;
  /** Open an event that a link names; give whether it is this camera's. */
  open(id: string): Promise<boolean>;
}

/** What else a camera has: it moves, and has lights, a siren and a speaker. */
interface Controls {
  /** Entities whose states are shown. */
  watched: readonly string[];
  /** Find out what there is: entities can't be told by their ids, which are renamed. */
  ask(): Promise<void>;
  /** End a movement that goes on while a button is held. */
  stop(): void;
  buttons(): Described;
  pad(): Described;
  speech(): Described;
}

/** The day that is shown, as 2026-11-29, and what Netrex answers about it, until then about the one before. */
interface Day {
  day: string;
  answer: Timeline | undefined;
  isAsking(): boolean;
  today(): string;
  isToday(): boolean;
  /** Whether it was today when it was shown, and midnight is over. A day that was chosen stays. */
  hasEnded(): boolean;
  bounds(): Span;
  /** When there are recordings; the latest may go on. */
  spans(): readonly Span[];
  /** Be about a day. */
  set(day: string): void;
  /** Ask about the day, and listen to what happens; again if that fails, as after a restart, but not for ever. */
  ask(attempt?: number): Promise<void>;
  /** Ask again if it is time. */
  refresh(): void;
  /** Be about the day of an event, if it is one of this camera. */
  find(episode: string): Promise<boolean>;
  sleep(): void;
}

/** Which kinds of events are shown: chosen by the configuration, and among those by the person, who finds the choice again. */
interface Filter {
  /** Those that are shown, and the kinds to choose from. */
  of(episodes?: readonly Episode[]): { readonly episodes: readonly Episode[]; readonly offered: readonly string[] };
  part(): Described;
}

/** The day as a line. */
interface DayLine {
  /** The moment under the finger or the mouse. */
  pointed: number | null;
  /** The moment that keys went to, until something else is shown. */
  keyed: number | null;
  /** The moment in the middle of what is seen of the day; null: all of it is. */
  middle(): number | null;
  /** Whether the magnifier shows the whole day next. */
  isWidest(): boolean;
  /** See less of the day, in two steps, then the whole day again. */
  zoom(): void;
  /** Scroll to what is to be seen, once it is drawn. */
  settle(): void;
  part(): Described;
}

/** What is shown of the past. */
interface Playing {
  /** The moment that is shown; null: now. */
  moment: number | null;
  /** The event that is shown. */
  episode: Episode | undefined;
  /** The recording that is shown, or prepared. */
  piece: Piece | undefined;
  /** Where it is, once it is prepared. */
  address: string;
  /** Whether the person waits for it. */
  isBusy: boolean;
  /** Counts what was asked for: an answer to an earlier question comes too late. */
  turn: number;
  /** The moment that is shown, which may be now. */
  at(): number;
  /** The picture of the event. */
  picture(): string | null | undefined;
  /** Show something else from now on; without a moment, now. Gives its turn. */
  show(moment?: number | null, episode?: Episode, piece?: Piece): number;
  goLive(): void;
  playEpisode(episode: Episode): void;
  /** On: from this moment on, not from a round time before. */
  playAt(moment: number, goesOn?: boolean): void;
  /** The video, once it is there. */
  part(): Described | undefined;
}

/** Where pictures are shown. */
interface Stage {
  /** Show how it looks now, or did when the camera was there; more tells this picture from the one before. */
  drawStill(more?: string): void;
  part(): Described;
}

/** The pictures of a day's events in a row: those nearest to the finger are in sight. */
interface Thumbs {
  /** Follow the day once its line is on the screen, as pictures take longer, and bring the nearest to the middle. */
  settle(): void;
  part(): Described;
}

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
