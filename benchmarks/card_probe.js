// Runs in every page of benchmarks/card.py before anything else: notes when things are there, and what setters take.
(() => {
  const CARD = "netrex-camera-card";
  const probe = {
    camera: "",
    peer: "hui-picture-entity-card",
    states: 0,
    drawn: 0,
    peerDrawn: 0,
    asked: [],
    answered: 0,
    marks: 0,
    marksDrawn: 0,
    isAlone: true,
    setters: { calls: 0, ms: 0 },
    cards: [],
  };
  window.probe = probe;
  const alive = (refs) => refs.map((each) => each.deref()).filter(Boolean);
  probe.alive = () => alive(probe.cards).length;

  // Measures what the setter of `hass` takes, in all elements of a kind; false: there is no class yet.
  const hook = (tag) => {
    const element = customElements.get(tag);
    let owner = element?.prototype;
    while (owner && !Object.getOwnPropertyDescriptor(owner, "hass")) owner = Object.getPrototypeOf(owner);
    const own = owner && Object.getOwnPropertyDescriptor(owner, "hass");
    if (!own?.set) return false;
    Object.defineProperty(owner, "hass", {
      ...own,
      set(hass) {
        const began = performance.now();
        own.set.call(this, hass);
        probe.setters.calls += 1;
        probe.setters.ms += performance.now() - began;
      },
    });
    return true;
  };
  const known = new WeakSet();
  const note = (card) => {
    if (!known.has(card)) {
      known.add(card);
      probe.cards.push(new WeakRef(card));
    }
  };
  // All elements of a kind, in shadow roots as well.
  const findAll = (root, tag) =>
    [...root.querySelectorAll("*")].flatMap((each) => {
      if (each.localName === tag) return [each];
      return each.shadowRoot ? findAll(each.shadowRoot, tag) : [];
    });
  // How many cards are in the page now. Each is noted.
  probe.count = () => {
    const cards = findAll(document, CARD);
    cards.forEach(note);
    return cards.length;
  };
  let isHooked = false;
  // The first element of a kind, in shadow roots as well.
  const find = (root, tag) => {
    for (const each of root.querySelectorAll("*")) {
      const found = each.localName === tag ? each : each.shadowRoot && find(each.shadowRoot, tag);
      if (found) return found;
    }
    return null;
  };
  const isDrawn = (card, text) => {
    const root = card?.shadowRoot ?? card;
    return Boolean(root?.querySelector("ha-card")) && card.getBoundingClientRect().height > 50 && text(root);
  };
  // Calls it once the frame is painted whose callbacks run now: what they do themselves delays it.
  const afterPaint = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(null);
  };
  const look = () => {
    const now = performance.now();
    isHooked ||= hook(CARD);
    const hass = document.querySelector("home-assistant")?.hass;
    if (!probe.states && hass?.states?.[probe.camera]) probe.states = now;
    if (probe.states && !probe.drawn) {
      const card = find(document, CARD);
      if (card) note(card);
      if (isDrawn(card, (root) => root.textContent.trim())) probe.drawn = now;
    }
    if (probe.states && !probe.peerDrawn && !probe.isAlone && isDrawn(find(document, probe.peer), () => true)) {
      probe.peerDrawn = now;
    }
    if (probe.marks && !probe.marksDrawn) {
      const marks = alive(probe.cards).at(-1)?.shadowRoot?.querySelectorAll(".mark").length;
      if (marks >= probe.marks) {
        probe.marks = 0;
        afterPaint(() => {
          probe.marksDrawn = performance.now();
        });
      }
    }
    requestAnimationFrame(look);
  };
  look();

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === "string" && data.includes('"netrex/timeline"')) {
      probe.asked.push(performance.now());
      if (!this.probed) {
        this.probed = true;
        // Not the time of this call: the frontend's own listener, which is called first, has the card drawn.
        this.addEventListener("message", ({ data: answer, timeStamp }) => {
          if (answer.includes('"kept_since"')) probe.answered = timeStamp;
        });
      }
    }
    return send.call(this, data);
  };
})();
