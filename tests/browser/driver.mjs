// Drives a browser for the tests: one JSON object a line on standard input, one line back for each.
//   {"do": "open", "url": …, "scheme": "dark", "reduced": true}   opens a page anew; "before": what the page runs first
//   {"do": "run", "code": …}      the value of a function body, run in the page
//   {"do": "wait", "code": …, "seconds": 30}     waits until it is true
//   {"do": "press", "key": …} · {"do": "type", "text": …} · {"do": "shot", "file": …}
//   {"do": "axe"}                 what axe-core finds, serious and critical
//   {"do": "faults"}              errors and policy violations so far
import readline from "node:readline";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const patience = 30000;
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const browser = await chromium.launch({
  executablePath: process.argv[2],
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
let page = null;
let faults = [];

async function open({ url, scheme = "light", reduced = false, script = true, width = 1280, height = 900, before = "" }) {
  if (page) await page.context().close();
  faults = [];
  const context = await browser.newContext({
    colorScheme: scheme, reducedMotion: reduced ? "reduce" : "no-preference", javaScriptEnabled: script,
    viewport: { width, height }, locale: "en-GB", timezoneId: "UTC",
  });
  if (before) await context.addInitScript(before);
  page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/ERR_(CONNECTION|INCOMPLETE|EMPTY|INTERNET|SOCKET)/.test(message.text())) {
      faults.push(message.text());
    }
  });
  await page.goto(url);
}

async function findings() {
  const { readFile } = await import("node:fs/promises");
  await page.evaluate(await readFile(axe, "utf8"));
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

// Playwright's own waiting evaluates text within the page, which the page's policy forbids.
async function wait({ code, seconds }) {
  const holds = new Function(`return Boolean(${code})`);
  const end = Date.now() + seconds * 1000;
  while (!(await page.evaluate(holds))) {
    if (Date.now() > end) throw new Error(`it did not come true: ${code}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

const verbs = {
  open,
  run: ({ code }) => page.evaluate(new Function(`return (${code})`)),
  wait,
  press: ({ key }) => page.keyboard.press(key),
  type: ({ text }) => page.keyboard.type(text),
  shot: ({ file }) => page.screenshot({ path: file }).then(() => true),
  axe: findings,
  faults: () => faults,
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  try {
    const value = await verbs[order.do](order);
    console.log(JSON.stringify({ value: value === undefined ? null : value }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
await browser.close();
