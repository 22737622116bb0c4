// The article: choosing an attribution, filtering, the keyboard, taking words for a correction.
// Everything can be done without it but the last.

const article = document.getElementById("article");
const text = article.querySelector(".text");
const panel = document.getElementById("panel");
const notes = new Map([...document.querySelectorAll(".note[data-a]")].map((note) => [note.dataset.a, note]));
const marks = new Map(); // id -> elements in the text
for (const element of text.querySelectorAll("[data-a]:not(.note)")) {
  for (const id of element.dataset.a.split(" ")) {
    if (!marks.has(id)) marks.set(id, []);
    marks.get(id).push(element);
  }
}
const order = [...notes.keys()];
let chosen = panel.querySelector(".panel-body")?.dataset.id ?? null;
let asked = 0;

// ---- choosing

function light(id, on) {
  for (const element of marks.get(id) ?? []) element.classList.toggle("on", on);
  notes.get(id)?.classList.toggle("on", on);
}

async function choose(id, { scroll = true } = {}) {
  if (chosen) light(chosen, false);
  chosen = id;
  const turn = ++asked;
  if (id === null) {
    panel.hidden = true;
    return;
  }
  light(id, true);
  const note = notes.get(id);
  if (scroll) (marks.get(id)?.[0] ?? note)?.scrollIntoView({ block: "center" });
  const query = new URLSearchParams({ article: article.dataset.article, attribution: id });
  if (article.dataset.revision) query.set("revision", article.dataset.revision);
  const answer = await fetch(`/panel?${query}`);
  if (turn !== asked) return; // another one was chosen meanwhile
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  panel.replaceChildren(...(answer.ok ? page.body : page.querySelector("main")).childNodes);
  panel.hidden = false;
  if (note && !article.dataset.revision) history.replaceState(null, "", note.querySelector("a").href);
  offer(panel);
}

if (chosen) {
  light(chosen, true);
  offer(panel);
}
const sought = document.querySelector(".sought") ?? marks.get(chosen)?.[0] ?? notes.get(chosen);
sought?.scrollIntoView({ block: "center", behavior: "instant" });

const innermost = (target) => {
  const element = target.closest?.("[data-a]");
  return element && text.contains(element) ? element.dataset.a.split(" ").find((id) => !notes.get(id)?.classList.contains("off")) : null;
};

text.addEventListener("click", (event) => {
  const flag = event.target.closest("[data-flag]");
  if (flag) {
    const details = document.querySelector(`#f${flag.dataset.flag} details`);
    details.open = !details.open;
    event.preventDefault();
    return;
  }
  if (!getSelection().isCollapsed || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const note = event.target.closest(".note[data-a]");
  const id = note?.dataset.a ?? innermost(event.target);
  if (!id || !notes.has(id)) return;
  if (note) event.preventDefault();
  choose(id, { scroll: false });
});
panel.addEventListener("click", (event) => {
  if (event.target.closest(".close")) {
    event.preventDefault();
    close();
  }
});
function close() {
  const last = chosen;
  choose(null);
  notes.get(last)?.querySelector("a").focus({ preventScroll: true });
}

for (const [type, on] of [["mouseover", true], ["mouseout", false]]) {
  text.addEventListener(type, (event) => {
    const id = event.target.closest(".note[data-a]")?.dataset.a ?? innermost(event.target);
    if (id && id !== chosen) light(id, on);
  });
}

// ---- filters: within a kind any of what is pressed, and all kinds together

const voices = [...document.querySelectorAll("button.voice")];
const boxes = [...document.querySelectorAll("[data-filter]")];
const left = document.getElementById("left");

function filter() {
  const wanted = { voice: new Set(), type: new Set(), act: new Set(), certainty: new Set() };
  for (const button of voices) if (button.ariaPressed === "true") wanted.voice.add(button.dataset.voice);
  for (const box of boxes) if (box.checked) wanted[box.dataset.filter].add(box.value);
  let shown = 0;
  for (const [id, note] of notes) {
    const on = Object.entries(wanted).every(([name, values]) => !values.size || values.has(note.dataset[name]));
    note.classList.toggle("off", !on);
    shown += on;
    for (const element of marks.get(id) ?? []) {
      const ids = element.dataset.a.split(" ");
      element.classList.toggle("off", ids.every((other) => notes.get(other)?.classList.contains("off") ?? true));
    }
  }
  if (left) left.textContent = shown === notes.size ? "" : left.dataset.said.replace("{n}", shown).replace("{all}", notes.size);
}
for (const button of voices) {
  button.addEventListener("click", () => {
    button.ariaPressed = String(button.ariaPressed !== "true");
    filter();
  });
}
for (const box of boxes) box.addEventListener("change", filter);

// ---- the keyboard

const visible = () => order.filter((id) => !notes.get(id).classList.contains("off"));

function step(by, same = null) {
  const ids = same === null ? visible() : visible().filter((id) => notes.get(id).dataset.voice === same);
  if (!ids.length) return;
  let at = ids.indexOf(chosen);
  if (at < 0 && chosen) at = ids.findIndex((id) => order.indexOf(id) > order.indexOf(chosen)) - (by > 0);
  choose(ids[(at + by + ids.length) % ids.length]);
}

let finding = -1;
function nextFinding() {
  const found = [...document.querySelectorAll(".note.finding")];
  if (!found.length) return;
  finding = (finding + 1) % found.length;
  found[finding].querySelector("details").open = true;
  found[finding].querySelector("summary").focus();
  found[finding].scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && chosen) return close();
  if (event.target.closest?.("input:not([type=checkbox]), textarea, select")) return;
  const voice = () => (chosen ? notes.get(chosen)?.dataset.voice : null) ?? notes.get(visible()[0])?.dataset.voice ?? null;
  const keys = { j: () => step(1), k: () => step(-1), s: () => step(1, voice()), f: nextFinding };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

// ---- taking words: code points of the article's text, as the record counts them

let taken = null;
document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const from = place(range.startContainer, range.startOffset), to = place(range.endContainer, range.endOffset);
  if (from !== null && to !== null && from < to) taken = { from, to, words: selection.toString() };
});

const points = (string) => [...string].length;

function place(node, offset) {
  const block = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".set");
  if (!block) return null;
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEnd(node, offset);
  let at = Number(block.dataset.start);
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let one = walker.nextNode(); one; one = walker.nextNode()) {
    if (one.parentElement.closest(".k, .flag")) continue; // the page's own, not the article's
    if (!range.intersectsNode(one)) break;
    if (one === node) return at + points(one.data.slice(0, offset));
    at += points(one.data);
    if (range.comparePoint(one, one.length) > 0) break;
  }
  return at;
}

function offer(root) {
  for (const button of root.querySelectorAll("[data-take]")) {
    if (!button.hidden) continue;
    button.hidden = false;
    const form = button.closest("form");
    const field = form.querySelector(`[data-span="${button.dataset.take}"]`);
    const words = form.querySelector(`[data-words="${button.dataset.take}"]`);
    button.addEventListener("click", (event) => {
      if (!taken) return;
      const span = `${taken.from}-${taken.to}`;
      const more = event.shiftKey && field.value;
      field.value = more ? `${field.value},${span}` : span;
      words.textContent = more ? `${words.textContent} … ${taken.words}` : taken.words;
    });
  }
}
const missed = document.querySelector(".missed");
if (missed) offer(missed);

// on a small screen the tools begin folded
if (matchMedia("(max-width:46rem)").matches) for (const fold of document.querySelectorAll(".tools .fold")) fold.open = false;
if (location.hash.startsWith("#f")) document.querySelector(`${location.hash} details`)?.setAttribute("open", "");
