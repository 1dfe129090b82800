// How the card looks: by the theme's variables, so that it is right in dark ones as well.

export const style = new CSSStyleSheet();
style.replaceSync(`
:host { display: block; container-type: inline-size; --radius: var(--ha-card-border-radius, 12px); --soft: var(--divider-color, #8884); }
ha-card { position: relative; display: flex; flex-direction: column; overflow: hidden; color: var(--primary-text-color); height: 100%; }
[hidden] { display: none !important; }
button, input, select { font: inherit; color: inherit; }
button { background: none; border: 0; padding: 0; cursor: pointer; touch-action: manipulation; -webkit-tap-highlight-color: transparent; }
button:disabled { opacity: 0.35; cursor: default; }
:focus-visible { outline: 2px solid var(--primary-color); outline-offset: 2px; }
.icon { width: 40px; height: 40px; border-radius: 50%; display: inline-grid; place-items: center; flex: none; color: var(--secondary-text-color); transition: background 0.15s; }
.icon:not(:disabled):hover { background: color-mix(in srgb, currentColor 12%, transparent); }
.icon[aria-pressed="true"] { color: var(--primary-color); background: color-mix(in srgb, var(--primary-color) 16%, transparent); }
.icon[data-entity][aria-pressed="true"] { color: var(--state-icon-color, var(--amber-color)); color: var(--amber-color); background: color-mix(in srgb, var(--amber-color) 20%, transparent); }

.stage { position: relative; aspect-ratio: 16 / 9; max-height: max(220px, 100vh - 400px); width: 100%; background: #000; overflow: hidden; flex: none; }
.stage:fullscreen { aspect-ratio: auto; max-height: none; height: 100%; }
.stage > img, .stage > video, .stage > .live { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; display: block; }
.stage > .still.broken { visibility: hidden; }
.off .still { filter: grayscale(1) brightness(0.4); }
.badge { position: absolute; top: 10px; inset-inline-start: 10px; padding: 3px 10px; border-radius: 20px; background: #000a; color: #fff; font-size: 13px; line-height: 20px; font-variant-numeric: tabular-nums; pointer-events: none; }
.badge.is-live::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-inline-end: 6px; border-radius: 50%; background: var(--error-color, #db4437); animation: breathe 2s infinite; }
.corner { position: absolute; top: 4px; inset-inline-end: 4px; display: flex; }
.past .pad { display: none; }
.corner .icon, .pad .icon { color: #fff; filter: drop-shadow(0 0 3px #000); background: none; }
.corner .icon:hover { background: #0006; }
.wait { display: none; position: absolute; inset: 0; margin: auto; width: 44px; height: 44px; border-radius: 50%; border: 4px solid #fff5; border-top-color: #fff; animation: turn 0.9s linear infinite; }
.busy .wait { display: block; }
.stage.busy > .picture { filter: brightness(0.6); }
.stage.busy > .recording { opacity: 0; }
.pad { position: absolute; bottom: 8px; right: 8px; direction: ltr; display: grid; grid-template-columns: repeat(3, 40px); padding: 4px; border-radius: 16px; background: #0009; backdrop-filter: blur(4px); user-select: none; -webkit-user-select: none; }
.pad .icon { touch-action: none; --mdc-icon-size: 26px; }
.pad .icon:hover { background: #fff2; }
.pad .icon:active { background: #fff5; }
.pad .icon:nth-child(7) { grid-column: 2; }
.pad select { grid-column: 1 / -1; margin: 4px; min-width: 0; width: 112px; height: 30px; border-radius: 8px; border: 0; padding: 0 6px; background: #fff2; color: #fff; font-size: 13px; }
.pad option { color: #000; background: #fff; }

.bar { display: flex; align-items: center; gap: 2px; padding: 4px 6px 0; padding-inline-start: 16px; min-height: 44px; flex-wrap: wrap; }
.name { flex: 1 1 110px; font-size: var(--ha-font-size-l, 16px); font-weight: 500; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.buttons { display: flex; }
.speech { display: flex; gap: 4px; padding: 4px 6px 4px 16px; }
.speech input { flex: 1; min-width: 0; height: 40px; padding: 0 12px; border-radius: 20px; border: 1px solid var(--soft); background: var(--secondary-background-color); box-sizing: border-box; }

.days { direction: ltr; display: flex; align-items: center; padding: 0 6px; }
.days .space { flex: 1; }
.day { position: relative; }
.day button { height: 36px; padding: 0 6px; font-weight: 500; border-radius: 8px; white-space: nowrap; }
.day button:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
.day input { position: absolute; inset: 0; opacity: 0; pointer-events: none; width: 100%; height: 100%; border: 0; padding: 0; }
.chip { display: inline-flex; align-items: center; gap: 6px; height: 32px; padding: 0 12px; padding-inline-start: 8px; border-radius: 16px; border: 1px solid var(--soft); white-space: nowrap; font-size: 13px; flex: none; --mdc-icon-size: 18px; }
.chip ha-icon { color: var(--kind, inherit); display: flex; }
.chip:hover { background: color-mix(in srgb, currentColor 6%, transparent); }
.chip[aria-pressed="true"] { border-color: transparent; background: color-mix(in srgb, var(--kind, var(--primary-color)) 24%, transparent); }
.to-live { margin-inline: 4px 6px; }
.to-live[aria-pressed="true"] { --kind: var(--error-color, #db4437); }
.chips { display: flex; gap: 6px; overflow-x: auto; padding: 4px 16px 6px; scrollbar-width: none; flex: none; }

.line { position: relative; height: 62px; margin: 2px 16px 0; direction: ltr; touch-action: pan-y; cursor: pointer; user-select: none; -webkit-user-select: none; border-radius: 8px; flex: none; }
.fixed { position: absolute; inset: 0; overflow: hidden; }
.fixed::before { content: ""; position: absolute; inset: 0 0 20px; border-radius: 8px; background: var(--secondary-background-color); }
.fixed i { position: absolute; top: 0; bottom: 20px; }
.fixed .span { background: color-mix(in srgb, var(--primary-color) 26%, transparent); min-width: 1px; }
.fixed .span:first-child { border-start-start-radius: 8px; border-end-start-radius: 8px; }
.fixed .future { background: repeating-linear-gradient(-45deg, var(--card-background-color, #fff) 0 3px, transparent 3px 7px); border-inline-start: 2px solid var(--error-color, #db4437); }
.fixed .mark { top: 6px; bottom: 26px; min-width: 4px; border-radius: 2px; box-shadow: 0 0 0 1px var(--card-background-color, #fff); }
.fixed b { position: absolute; bottom: 0; transform: translateX(-50%); font-size: 11px; line-height: 16px; font-weight: 400; color: var(--secondary-text-color); white-space: nowrap; font-variant-numeric: tabular-nums; }
.fixed b.first { transform: none; }
.fixed b.last { transform: translateX(-100%); }
.line.elsewhere .needle { display: none; }
.needle { position: absolute; top: -3px; bottom: 17px; width: 2px; margin-left: -1px; background: var(--primary-text-color); border-radius: 1px; pointer-events: none; }
.needle::before { content: ""; position: absolute; top: -1px; left: -4px; width: 10px; height: 10px; border-radius: 50%; background: inherit; }
.bubble { position: absolute; bottom: calc(100% + 2px); transform: translateX(-50%); padding: 2px 8px; border-radius: 8px; background: var(--primary-text-color); color: var(--card-background-color, #fff); font-size: 12px; line-height: 18px; white-space: nowrap; pointer-events: none; font-variant-numeric: tabular-nums; z-index: 1; }
.asking .fixed::before { animation: breathe 1.2s infinite; }

.thumbs { position: relative; display: flex; gap: 8px; overflow-x: auto; direction: ltr; padding: 8px 16px 12px; scrollbar-width: thin; scrollbar-color: var(--soft) transparent; overscroll-behavior-x: contain; flex: none; }
.thumb { position: relative; flex: none; width: 128px; aspect-ratio: 16 / 9; border-radius: 10px; overflow: hidden; background: var(--secondary-background-color); color: var(--kind); box-shadow: inset 0 -3px var(--kind); transition: transform 0.15s; }
.thumb > ha-icon { position: absolute; inset: 0 0 22px; display: grid; place-items: center; --mdc-icon-size: 26px; }
.thumb img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
.thumb img:not([src]) { display: none; }
.thumb span { position: absolute; inset: auto 0 0; display: flex; align-items: center; gap: 4px; padding: 12px 7px 5px; color: #fff; background: linear-gradient(transparent, #000b); border-bottom: 3px solid var(--kind); font-size: 12px; line-height: 16px; font-variant-numeric: tabular-nums; --mdc-icon-size: 15px; }
.thumb span ha-icon { display: flex; }
.thumb.near { outline: 2px solid color-mix(in srgb, var(--kind) 70%, transparent); outline-offset: 1px; }
.thumb[aria-current] { outline: 3px solid var(--primary-color); outline-offset: 1px; }
.thumb:focus-visible { outline: 3px solid var(--primary-text-color); }
.thumb.ongoing::after { content: ""; position: absolute; top: 7px; inset-inline-end: 7px; width: 9px; height: 9px; border-radius: 50%; background: var(--error-color, #db4437); box-shadow: 0 0 0 2px #fff8; animation: breathe 1.2s infinite; }
.thumb.busy::before { content: ""; position: absolute; z-index: 1; inset: 0; margin: auto; width: 22px; height: 22px; border-radius: 50%; border: 3px solid #fff6; border-top-color: #fff; animation: turn 0.9s linear infinite; }
.thumb.busy img { filter: brightness(0.55); }
.note { padding: 10px 16px; font-size: 13px; line-height: 20px; color: var(--secondary-text-color); }
.said { position: absolute; top: 44px; inset-inline-start: 10px; max-width: calc(100% - 20px); box-sizing: border-box; padding: 4px 12px; border-radius: 12px; background: #000c; color: #fff; font-size: 13px; line-height: 20px; overflow-wrap: anywhere; }
.said:empty { visibility: hidden; }
.missing > :not(.said) { display: none; }
.missing .said { position: static; padding: 16px; background: none; color: var(--secondary-text-color); }

@container (min-width: 700px) { .thumb { width: 160px; } .line { height: 72px; } }
@container (min-width: 1400px) { .thumb { width: 208px; } }
@container (max-width: 360px) { .icon { width: 34px; } .days .zoom { display: none; } }
@keyframes turn { to { transform: rotate(1turn); } }
@keyframes breathe { 50% { opacity: 0.35; } }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation-duration: 3s !important; transition: none !important; } .badge::before, .thumb.ongoing::after { animation: none !important; } }
`);
