// Files for the person who looks.

import { make } from "./dom.js";

/** Have the browser save a file. @param {Blob | string} content what it holds, or its address @param {string} name */
export const saveFile = (content, name) => {
  const address = typeof content === "string" ? content : URL.createObjectURL(content);
  make("a", { href: address, download: name }).click();
  if (typeof content !== "string") setTimeout(() => URL.revokeObjectURL(address), 60000);
};

/** A name by camera and time, which every system takes. @param {string} camera @param {number} moment @param {string} ending */
export const fileName = (camera, moment, ending) => {
  const at = new Date(moment * 1000 - new Date(moment * 1000).getTimezoneOffset() * 60000).toISOString();
  return `${camera.replace(/[^\p{L}\p{N}]+/gu, "_")}_${at.slice(0, 19).replace("T", "_").replaceAll(":", "-")}.${ending}`;
};
