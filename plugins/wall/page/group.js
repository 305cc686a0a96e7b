// A group is what one card of the page shows: a story, or an alert of none. The newest item is the card, earlier ones are
// listed in it; alerts of several topics about one item are one card.
import { clockText, element } from "./page.js";

const listed = 50; // earlier alerts of a story

export function keyOf(card) {
  return card.story ? `story ${card.story}` : `alert ${card.seq}`;
}

export function textOf(segments) {
  return segments.map(([text]) => text).join("");
}

// The group with one card more. An item that is known already has only matched another topic, or was revised.
export function fold(before, card) {
  const group = before || { topics: new Map(), severity: 10, severityText: "", earlier: [], words: "" };
  const isKnown = before && card.item !== "" && before.card.item === card.item;
  if (before && !isKnown) group.earlier.unshift(before.card);
  if (!isKnown) group.why = new Map();
  group.why.set(card.topicTitle, card.why);
  group.topics.set(card.topic, card.topicTitle);
  if (card.severity < group.severity) {
    group.severity = card.severity;
    group.severityText = card.severityText;
  }
  group.card = card;
  const words = [card.topicTitle, card.source, textOf(card.headline), textOf(card.text), ...card.lines];
  group.words = `${words.join("\n").toLowerCase()}\n${group.words}`.slice(0, 20000);
  return group;
}

function marked(segments) {
  return segments.map(([text, hit]) => (hit ? element("mark", {}, text) : text));
}

function timeOf(card) {
  return clockText(new Date(card.committed));
}

function statusText(card) {
  if (!card.story) return "";
  const told = card.outlets > 1 ? `, ${card.outlets} outlets, ${card.sources} independent` : "";
  return card.status + told;
}

function linkOr(text, url) {
  if (!url) return text;
  return element("a", { href: url, rel: "noopener noreferrer external", target: "_blank" }, ...[text].flat());
}

function whyOf(group) {
  const lines = [];
  for (const [title, why] of group.why) {
    if (group.why.size > 1 && why.length) lines.push(element("li", { class: "of-topic" }, title));
    lines.push(...why.map((line) => element("li", { dir: "auto" }, line)));
  }
  if (!lines.length) return "";
  return element("details", { class: "why" }, element("summary", {}, "Why"), element("ul", {}, ...lines));
}

function earlierLine(card) {
  const time = element("time", { datetime: card.committed }, timeOf(card));
  return element("li", { dir: "auto" }, time, ` ${card.source}: `, linkOr(textOf(card.headline), card.url));
}

function earlierOf(group) {
  if (!group.earlier.length) return "";
  const outlets = new Set(group.earlier.map((card) => card.source));
  const said = `${group.earlier.length} earlier in this story: ${[...outlets].join(", ")}`;
  return element("details", { class: "earlier" }, element("summary", {}, said),
    element("ul", {}, ...group.earlier.slice(0, listed).map(earlierLine)));
}

function linesOf(card) {
  if (!card.lines.length) return "";
  return element("ul", { class: "lines" }, ...card.lines.map((line) => element("li", { dir: "auto" }, line)));
}

export function articleOf(group) {
  const card = group.card;
  const headline = marked(card.headline);
  return element("article",
    { class: `card s${group.severity}${card.lab ? " lab" : ""}`, id: `a${card.seq}`, tabindex: "0",
      "aria-labelledby": `h${card.seq}` },
    element("p", { class: "head" },
      element("span", { class: "severity" }, group.severityText),
      ...[...group.topics.values()].map((topic) => element("span", { class: "topic" }, topic)),
      element("time", { datetime: card.committed, title: card.committed }, timeOf(card))),
    element("h2", { id: `h${card.seq}`, lang: card.language, dir: "auto" },
      card.url ? linkOr(headline, card.url) : element("span", {}, ...headline)),
    element("p", { class: "text", lang: card.language, dir: "auto" }, ...marked(card.text)),
    linesOf(card),
    element("p", { class: "meta" },
      element("span", { class: "source", dir: "auto" }, card.source),
      element("span", { class: "status" }, statusText(card)),
      element("span", { class: "kind" }, card.kind === "new" ? "" : card.kind)),
    whyOf(group), earlierOf(group));
}
