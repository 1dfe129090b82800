// What is shown of the past, a moment or an event, until the card shows now again.

import { h, Part } from "./dom.js";
import * as time from "./time.js";
import { textOf } from "./words.js";

export class Playing extends Part {
  /** The moment that is shown; null: now. @type {number | null} */
  moment = null;
  /** The event that is shown. @type {Episode | undefined} */
  episode;
  /** The recording that is shown, or prepared. @type {Piece | undefined} */
  piece;
  /** Where it is, once it is prepared. */
  address = "";
  /** Whether the person waits for it. */
  isBusy = false;
  /** Whether recordings are without sound, as the person left the last one. */
  #isMuted = true;
  /** Counts what was asked for: an answer to an earlier question comes too late. */
  turn = 0;

  /** The moment that is shown, which may be now. */
  get at() {
    return this.moment ?? time.now();
  }

  /** The picture of the event. */
  get picture() {
    return this.episode?.picture && this.view.hass.hassUrl(this.episode.picture);
  }

  /** Show something else from now on; without a moment, now. @param {number | null} [moment] @param {Episode} [episode] @param {Piece} [piece] */
  show(moment = null, episode = undefined, piece = undefined) {
    [this.moment, this.episode, this.piece, this.address] = [moment, episode, piece, ""];
    this.isBusy = piece !== undefined;
    this.view.line.keyed = null;
    this.view.tell("");
    return ++this.turn;
  }

  goLive = () => {
    this.show();
    this.view.showDay(this.view.day.today);
    this.view.stage.drawStill();
  };

  /** Show the picture of an event, or where there was nothing recorded, and say why. @param {string} text */
  #failed(text) {
    this.show(this.moment, this.episode);
    this.view.tell(text);
  }

  playEpisode(/** @type {Episode} */ episode) {
    const { recordings } = this.view.day.answer ?? {};
    const [from, until] = episode.recording;
    [this.moment, this.episode] = [episode.start, episode];
    if (recordings === "ok" && until > from) this.#play({ from, until, at: from });
    else this.#failed(this.view.words.say(recordings === "no_permission" ? "card.no_permission" : "card.not_yet"));
  }

  /** @param {number} moment @param {boolean} [goesOn] whether from this moment on, not from a round time before */
  playAt(moment, goesOn = false) {
    const { day, tell, words } = this.view;
    const piece = time.pieceAt(day.spans, moment);
    if (moment > time.now()) this.goLive();
    else if (piece) {
      const [from, until] = [goesOn ? Math.floor(moment) : piece[0], piece[1]];
      [this.moment, this.episode] = [moment, undefined];
      this.#play({ from, until, at: Math.max(moment, from) });
    } else {
      const key = day.answer?.recordings === "no_permission" ? "card.no_permission" : "card.nothing_recorded";
      tell(words.say(key, { time: words.exact(moment) }));
    }
  }

  async #play(/** @type {Piece} */ piece) {
    const { day, hass } = this.view;
    const turn = this.show(this.moment, this.episode, piece);
    const media_content_id = `${day.answer?.media}/${piece.from}/${piece.until}/0`;
    try {
      const { url } = await hass.callWS({ type: "media_source/resolve_media", media_content_id });
      if (turn === this.turn) this.address = hass.hassUrl(url);
      this.view.draw();
    } catch (error) {
      if (turn === this.turn) this.#failed(textOf(error));
    }
  }

  /** Go on with what was recorded next. @param {Piece} piece @param {number} moment */
  #ended(piece, moment) {
    const { bounds, spans } = this.view.day;
    // A piece with a gap in it ends early.
    const from = time.recordedFrom(spans, moment > piece.until - 3 ? piece.until : moment + 1);
    if (!from || from > time.now() - 30) this.goLive();
    else if (from < bounds[1]) this.playAt(from, true);
  }

  /** The video of what was recorded. */
  get part() {
    const { address, piece, turn, view } = this;
    /** What comes from a video that is shown no longer is too late. @param {(video: HTMLVideoElement) => void} handle */
    const on =
      (handle) =>
      (/** @type {any} */ { target }) =>
        turn === this.turn && handle(target);
    if (!address || !piece) return null;
    // Where nothing plays by itself, its controls are there.
    const given = { src: address, playsinline: true, controls: true, autoplay: true, preload: "auto" };
    return h("video.recording", {
      ...{ key: turn, ...given, ".muted": this.#isMuted },
      loadedmetadata: on((video) => {
        video.currentTime = Math.min(Math.max(0, piece.at - piece.from), Math.max(0, video.duration - 0.5));
        this.isBusy = false;
        view.ready();
      }),
      timeupdate: on((video) => {
        this.moment = piece.from + video.currentTime;
        view.draw();
      }),
      volumechange: on((video) => {
        this.#isMuted = video.muted;
      }),
      ended: on((video) => this.#ended(piece, piece.from + video.duration)),
      error: on((video) => {
        // Its signature may have become void by a restart.
        if (piece.again) this.#failed(view.words.say("card.not_played"));
        else this.#play({ ...piece, at: piece.from + video.currentTime, again: true });
      }),
    });
  }
}
