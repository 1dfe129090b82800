// Files of what is seen, for the person who looks.

import { now } from "./day.js";
import { h, iconButton } from "./dom.js";

/** Have the browser save what lies at an address, named by camera and time as every system takes it. @param {View} view @param {string} href @param {string} kind @param {number} moment */
const saveFile = ({ state }, href, kind, moment) => {
  const local = new Date((moment - new Date().getTimezoneOffset() * 60) * 1000).toISOString();
  const camera = String(state?.attributes.friendly_name ?? "").replace(/[^\p{L}\p{N}]+/gu, "_");
  const download = `${camera}_${local.slice(0, 19).replace("T", "_").replaceAll(":", "-")}.${kind}`;
  Object.assign(document.createElement("a"), { href, download }).click();
};

/** Save what is shown, or a picture of now that is larger than the live one. @param {View} view */
const saveSnapshot = async (view) => {
  const { hass, moment, stage, state, words } = view;
  try {
    const past = await stage.snapshot();
    const found = past ?? (await fetch(hass.hassUrl(String(state?.attributes.entity_picture ?? ""))));
    const picture = found instanceof Response && found.ok ? await found.blob() : found;
    // A refusal is no picture: this throws.
    const address = URL.createObjectURL(/** @type {Blob} */ (picture));
    saveFile(view, address, "jpg", (past && moment) ?? now());
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  } catch {
    view.tell(words.say("card.no_picture"));
  }
};

/** Save a recording where Home Assistant keeps media. @param {View} view @param {Piece} piece */
const exportPiece = async (view, { from, until }) => {
  const { entity: entity_id, hass, words, tell } = view;
  const [start, end] = [from, until].map((each) => new Date(each * 1000).toISOString());
  tell(words.say("card.saving"), 0);
  try {
    view.isSaving = true;
    const answer = await hass.callService("netrex", "export_recording", { start, end }, { entity_id }, false, true);
    const { path = "" } = /** @type {any} */ (answer.response)[entity_id] ?? {};
    tell(words.say("card.saved", { path }));
  } catch (error) {
    view.failedTo(error);
  }
  view.isSaving = false;
  view.draw();
};

/** @param {View} view */
export const saving = (view) => {
  const { piece, day, stage, words } = view;
  const download = () => piece && stage.address && saveFile(view, stage.address, "mp4", piece.from);
  const keep = { hidden: !piece || !day.answer?.can_export, disabled: view.isSaving };
  return h(
    "div.buttons",
    {},
    iconButton("mdi:download", words.say("card.download"), download, { hidden: !piece }),
    iconButton("mdi:content-save-outline", words.say("card.save"), () => piece && exportPiece(view, piece), keep),
    iconButton("mdi:camera-outline", words.say("card.snapshot"), () => saveSnapshot(view)),
  );
};
