// What is shown of the past, a moment or an event, until the card shows now again.

import { h } from "./dom.js";
import { now, pieceAt, recordedFrom } from "./time.js";
import { textOf } from "./words.js";

/** @type {(view: View) => Playing} */
export const playingIn = (view) => {
  // As the person left the last one.
  let isMuted = true;

  const unlessRefused = (/** @type {string} */ key) =>
    view.day.answer?.recordings === "no_permission" ? "card.no_permission" : key;
  const failed = (/** @type {string} */ text) => {
    self.show(self.moment, self.episode);
    view.tell(text);
  };
  const play = async (/** @type {Piece} */ piece) => {
    const turn = self.show(self.moment, self.episode, piece);
    const media_content_id = `${view.day.answer?.media}/${piece.from}/${piece.until}/0`;
    try {
      const { url } = await view.hass.callWS({ type: "media_source/resolve_media", media_content_id });
      if (turn === self.turn) self.address = view.hass.hassUrl(url);
      view.draw();
    } catch (error) {
      if (turn === self.turn) failed(textOf(error));
    }
  };
  const goOn = (/** @type {Piece} */ piece, /** @type {number} */ moment) => {
    // A piece with a gap in it ends early.
    const from = recordedFrom(view.day.spans(), moment > piece.until - 3 ? piece.until : moment + 1);
    const [begin, end] = view.day.bounds();
    // Another day is looked at meanwhile.
    if (piece.until < begin || piece.until > end) return;
    if (!from || from > now() - 30) self.goLive();
    else if (from < end) self.playAt(from, true);
  };

  /** @type {Playing} */
  const self = {
    moment: null,
    episode: undefined,
    piece: undefined,
    address: "",
    isBusy: false,
    turn: 0,
    at: () => self.moment ?? now(),
    picture: () => self.episode?.picture && view.hass.hassUrl(self.episode.picture),
    show(moment = null, episode = undefined, piece = undefined) {
      const [address, isBusy, turn] = ["", piece !== undefined, self.turn + 1];
      Object.assign(self, { moment, episode, piece, address, isBusy, turn });
      view.line.keyed = null;
      view.tell("");
      return turn;
    },
    goLive() {
      self.show();
      view.showDay(view.day.today());
      view.stage.drawStill();
    },
    playEpisode(episode) {
      const [from, until] = episode.recording;
      [self.moment, self.episode] = [episode.start, episode];
      if (view.day.answer?.recordings === "ok" && until > from) play({ from, until, at: from });
      else failed(view.words.say(unlessRefused("card.not_yet")));
    },
    playAt(moment, goesOn = false) {
      const { day, tell, words } = view;
      const piece = pieceAt(day.spans(), moment);
      if (moment > now()) self.goLive();
      else if (piece) {
        const [from, until] = [goesOn ? Math.floor(moment) : piece[0], piece[1]];
        [self.moment, self.episode] = [moment, undefined];
        play({ from, until, at: Math.max(moment, from) });
      } else tell(words.say(unlessRefused("card.nothing_recorded"), { time: words.time(moment) }));
    },
    part() {
      const { address, piece, turn } = self;
      // What comes from a video that is shown no longer is too late.
      const on =
        (/** @type {(video: HTMLVideoElement) => void} */ handle) =>
        (/** @type {any} */ { target }) =>
          turn === self.turn && handle(target);
      // Where nothing plays by itself, its controls are there, but for those that the card has.
      const given = { src: address, playsinline: true, controls: true, autoplay: true, preload: "auto" };
      if (!address || !piece) return undefined;
      return h("video.recording", {
        ...{ key: turn, ...given, controlslist: "nofullscreen nodownload", ".muted": isMuted },
        loadedmetadata: on((video) => {
          video.currentTime = Math.min(Math.max(0, piece.at - piece.from), Math.max(0, video.duration - 0.5));
          self.isBusy = false;
          view.ready();
        }),
        timeupdate: on((video) => {
          self.moment = piece.from + video.currentTime;
          view.draw();
        }),
        volumechange: on((video) => {
          isMuted = video.muted;
        }),
        ended: on((video) => goOn(piece, piece.from + video.duration)),
        error: on((video) => {
          // Its signature may have become void by a restart.
          if (piece.again) failed(view.words.say("card.not_played"));
          else play({ ...piece, at: video.currentTime ? piece.from + video.currentTime : piece.at, again: true });
        }),
      });
    },
  };
  return self;
};
