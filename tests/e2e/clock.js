// The time in the picture that a page, or a part of it, shows: looks for a playing <video> through all shadow roots and
// reads the bar code at its bottom edge (simulator/cameras/timecode.py says how it is made). Gives null when there is none to read.
(part) => {
  const videos = [];
  const search = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "video") videos.push(element);
      if (element.shadowRoot) search(element.shadowRoot);
    }
  };
  if (part?.shadowRoot) search(part.shadowRoot);
  search(part ?? document);
  for (const video of videos) {
    const width = video.videoWidth;
    const height = video.videoHeight;
    if (!width || video.readyState < 2) continue;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = 1;
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, Math.floor((height * 59) / 60), width, 1, 0, 0, width, 1);
    const row = context.getImageData(0, 0, width, 1).data;
    const light = Array.from({ length: 64 }, (_, cell) => row[4 * Math.floor((width * (cell + 0.5)) / 64) + 1]);
    const middle = (Math.min(...light) + Math.max(...light)) / 2;
    const bits = light.map((value) => (value > middle ? "1" : "0")).join("");
    const time = parseInt(bits.slice(5, 47), 2);
    const whole = bits.startsWith("01010") && bits.endsWith("01010") && parseInt(bits.slice(47, 59), 2) === time % 4093;
    return { time: whole ? time / 1000 : null, width, height, paused: video.paused };
  }
  return null;
}
