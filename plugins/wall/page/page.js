// What all of the page's scripts need of the page: its places, its elements, its clock and its frames.
export const isBig = document.documentElement.classList.contains("big");

const ids = ["alerts", "clock", "controls", "count", "feed", "help", "help-button", "hours", "hours-path", "hours-text",
  "lost", "none", "pause", "said", "search", "severity", "topic", "troubles"];
export const dom = Object.fromEntries(ids.map((id) => [id, document.getElementById(id)]));

// Whatever comes from outside is handed over as a child or an attribute, and so is text, never HTML.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== "" && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// Making a format takes longer than making a card.
const hourAndMinute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat("en-GB", { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

export function clockText(time) {
  const isToday = time.toDateString() === new Date().toDateString();
  return (isToday ? hourAndMinute : dayAndTime).format(time);
}

// Before the next frame. A page in the background has none.
export function soon(deed) {
  if (document.hidden) setTimeout(deed, 200);
  else requestAnimationFrame(deed);
}
