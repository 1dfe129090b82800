// Files of what is seen, for the person who looks.

import { fire, h, iconButton } from "./dom.js";
import { now } from "./time.js";

/** Have the browser save what lies at an address, named by camera and time as every system takes it. @param {View} view @param {string} href @param {string} kind @param {number} moment */
const saveFile = ({ state, words }, href, kind, moment) => {
  const camera = String(state()?.attributes.friendly_name ?? "").replace(/[^\p{L}\p{N}]+/gu, "_");
  const download = `${camera}_${words.iso(moment).replace(" ", "_").replaceAll(":", "-")}.${kind}`;
  Object.assign(document.createElement("a"), { href, download }).click();
};

/** The picture of the past that is shown, if one is. @param {View} view @returns {Promise<Blob | null>} */
const pastPicture = ({ element }) => {
  const shown = /** @type {any} */ (element.querySelector("video.recording") ?? element.querySelector(".picture"));
  const canvas = document.createElement("canvas");
  canvas.width = shown?.videoWidth ?? shown?.naturalWidth ?? 0;
  canvas.height = shown?.videoHeight ?? shown?.naturalHeight ?? 0;
  if (canvas.width) canvas.getContext("2d")?.drawImage(shown, 0, 0);
  return new Promise((resolve) => (canvas.width ? canvas.toBlob(resolve, "image/jpeg", 0.92) : resolve(null)));
};

/** Save what is shown, or a picture of now that is larger than the live one. @param {View} view */
const saveSnapshot = async (view) => {
  const { hass, playing, state, tell, words } = view;
  const [moment, isNow] = [playing.at(), playing.moment === null];
  const past = await pastPicture(view);
  const live = isNow && (await fetch(hass.hassUrl(String(state()?.attributes.entity_picture))).catch(() => null));
  const picture = live ? live.ok && (await live.blob()) : past;
  if (!picture) return tell(words.say("card.no_picture"));
  // Not the camera's own address: the browser's list of downloads would keep the token in it.
  const address = URL.createObjectURL(picture);
  saveFile(view, address, "jpg", past ? moment : now());
  setTimeout(() => URL.revokeObjectURL(address), 60000);
};

/** Save a recording where Home Assistant keeps media; Home Assistant itself says what is refused. @param {View} view @param {Piece} piece */
const exportPiece = async (view, { from, until }) => {
  const { element, entity: entity_id, hass, words } = view;
  const data = { start: new Date(from * 1000).toISOString(), end: new Date(until * 1000).toISOString() };
  view.isSaving = true;
  view.draw();
  try {
    const { response } = await hass.callService("netrex", "export_recording", data, { entity_id }, true, true);
    const { path = "" } = /** @type {any} */ (response)[entity_id] ?? {};
    fire(element, "hass-notification", { message: words.say("card.saved", { path }), duration: 8000 });
  } catch {}
  view.isSaving = false;
  view.draw();
};

/** @param {View} view */
export const saving = (view) => {
  const { day, isOff, isSaving, playing, words } = view;
  const { address, moment, piece } = playing;
  const download = () => piece && address && saveFile(view, address, "mp4", piece.from);
  const keep = { hidden: !piece || !day.answer?.can_export, disabled: isSaving };
  const snapshot = { disabled: isOff() && moment === null };
  return h("div.buttons", {}, [
    iconButton("mdi:download", words.say("card.download"), download, { hidden: !piece, disabled: !address }),
    iconButton("mdi:content-save-outline", words.say("card.save"), () => piece && exportPiece(view, piece), keep),
    iconButton("mdi:camera-outline", words.say("card.snapshot"), () => saveSnapshot(view), snapshot),
  ]);
};
