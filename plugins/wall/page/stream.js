// The connection to the server: what it keeps, then what comes, and whether it is there at all.
import { beginAt, come, place } from "./arrival.js";
import { show } from "./feed.js";
import { drawHours, noteTime } from "./hours.js";
import { clockText, dom } from "./page.js";
import { noteTrouble } from "./troubles.js";

const silence = 12000; // ms without a word from the server until the page calls itself lost: two beats and a half

let epoch = ""; // which log `place` is in
let heard = Date.now();
let daemon = true;
let source = null;

export function tellState() {
  const isLost = Date.now() - heard >= silence;
  const text = isLost ? `Connection lost at ${clockText(new Date(heard))}. What you see is old.`
    : daemon ? "" : "The daemon does not answer. No new alerts come until it does.";
  dom.lost.hidden = text === "";
  if (dom.lost.textContent !== text) dom.lost.textContent = text;
  dom.clock.textContent = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function listen() {
  if (source) source.close();
  source = new EventSource(`/events?after=${place()}&epoch=${encodeURIComponent(epoch)}`);
  const alive = () => { heard = Date.now(); };
  source.onopen = alive;
  source.onmessage = (event) => { alive(); come(JSON.parse(event.data)); };
  source.addEventListener("beat", (event) => {
    alive();
    const said = JSON.parse(event.data);
    daemon = said.daemon;
    // In another log the places of this one say nothing.
    if (epoch && said.epoch && said.epoch !== epoch) reload();
    else epoch = said.epoch || epoch;
  });
  source.addEventListener("reset", () => { alive(); reload(); });
}

// Begins the page with what the server keeps, and listens from there on.
export async function reload() {
  if (source) source.close();
  try {
    const reply = await fetch("/alerts.json", { cache: "no-store" });
    if (!reply.ok) throw new Error(String(reply.status));
    const kept = await reply.json();
    beginAt(kept.seq);
    for (const trouble of kept.troubles) noteTrouble(trouble);
    const alerts = kept.cards.filter((card) => card.kind !== "ops");
    alerts.forEach(noteTime);
    show(alerts);
    drawHours();
    epoch = kept.epoch;
    heard = Date.now();
    listen();
  } catch {
    setTimeout(reload, 2000);
  }
}

// A connection that hangs is not an error to the browser: it is closed here and opened anew.
export function look() {
  tellState();
  if (Date.now() - heard >= silence && source && source.readyState !== EventSource.CONNECTING) listen();
  else if (source && source.readyState === EventSource.CLOSED) listen();
}
