// What the page knows of the photos, and how it is shown.

import * as server from "./server.js";
import { Stage } from "./stage.js";
import { fill, told, words } from "./words.js";
import { Brush } from "./brush.js";
import { stand } from "./focus.js";

export const $ = (id) => document.getElementById(id);
export const strength = $("dial");
export const photos = new Map(); // id -> { doc, said, lacks, saved, running, progress, failed, preview, fraction, going }
export const queue = []; // ids of photos that are still to be restored with the same sentence
export const news = new Set(); // of files that come in, whichever photo is looked at
export const page = { current: null }; // the id of the photo that is looked at
export const does = {}; // what pressing things that are drawn here does: choose, remove, goTo, write, add
export const stage = new Stage($("stage"), () => drawTools());
export const brush = new Brush(stage, $("brush-size"), () => { if (here()?.lacks) lack(here(), ""); });

const LIKELY = 0.5; // from which a fault of the photo stands out among the suggestions

export const nowhere = { said: {} }; // what is said while there is no photo

export const here = () => photos.get(page.current);
export const shownStep = (doc) => doc.steps[doc.at - 1] ?? null;

export function element(tag, about = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), about);
  made.append(...inside);
  return made;
}

export function say(photo, said) {
  photo.said = said;
  if (photo === (here() ?? nowhere)) drawStatus();
}

// On a phone, what is said lies below what was pressed, and may be out of the window.
export const tell = () => $("status").scrollIntoView({ block: "nearest" });

function lack(photo, text) {
  photo.lacks = text;
  say(photo, photo.said);
}

// Whether there is a photo, and something painted where only a part is meant. What has to come first is said until it
// has, whatever else is said meanwhile.
export function isReady() {
  const photo = here() ?? nowhere;
  const unpainted = brush.on && brush.empty;
  if (photo.lacks) lack(photo, ""); // asked again, it is said again
  lack(photo, photo === nowhere ? words.first : unpainted ? fill("paint_first", { brush: words.brush }) : "");
  if (photo.lacks) tell();
  return !photo.lacks;
}

function drawStatus() {
  const { said = {}, lacks } = here() ?? nowhere;
  const parts = [];
  $("said").removeAttribute("aria-busy");
  if (said.text) parts.push(element("p", { className: "understood", textContent: said.text }));
  if (said.progress !== undefined) {
    const percent = Math.round(100 * said.progress);
    const bar = element("progress", { max: 100, value: percent });
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", words.progress);
    const left = said.left ? fill("left", { percent, seconds: Math.max(1, Math.round(said.left)) }) : `${percent}\u00a0%`;
    parts.push(bar, element("p", { className: "state", textContent: said.waits ? words.waiting : left }));
  }
  for (const note of said.notes ?? []) parts.push(element("p", { className: "state", textContent: note }));
  for (const text of [said.trouble, lacks]) if (text) parts.push(alarm(text));
  redraw($("said"), parts);
  $("instead").hidden = !said.runnerUp;
  $("instead").dataset.task = said.runnerUp ?? "";
  if (said.runnerUp) $("instead").textContent = fill("instead", { task: words.task[said.runnerUp] });
  const suggested = (said.suggest ?? []).map((task) => chip("instead", task, words.ask[task], () => { does.write(words.ask[task]); $("wish").focus({ preventScroll: true }); }));
  $("suggestions").hidden = !suggested.length;
  $("suggestions").replaceChildren(element("p", { textContent: words.instead_title }), ...suggested);
}

// What is the same stays where it is: a screen reader would read an alert again that is drawn again.
function redraw(place, parts) {
  const kept = parts.map((part) => [...place.children].find((old) => old.isEqualNode(part)) ?? part);
  for (const old of [...place.children]) if (!kept.includes(old)) old.remove();
  kept.forEach((part, at) => { if (place.children[at] !== part) place.insertBefore(part, place.children[at] ?? null); });
}

function alarm(text) {
  const line = element("p", { className: "trouble", textContent: text });
  line.setAttribute("role", "alert");
  return line;
}

export function drawNews() {
  redraw($("news"), [...news].flatMap(({ text, refused }) => [
    ...(text ? [element("p", { className: "state", textContent: text })] : []), ...refused.map(alarm)]));
}

function chip(place, task, text, deed) {
  const made = element("button", { id: `${place}-${task}`, type: "button", className: "chip", textContent: text, onclick: deed });
  made.dataset.task = task;
  return made;
}

function drawChips() {
  const faults = here()?.doc.faults ?? told.tasks.map((task) => ({ task }));
  const able = faults.filter(({ task }) => told.tasks.includes(task));
  $("chips").replaceChildren(...able.map(({ task, probability, counts }) => {
    const made = chip("looks", task, counts ? `${words.looks[task]}: ${Math.round(100 * probability)}\u00a0%` : words.looks[task], () => does.add(words.ask[task]));
    made.classList.toggle("seen", Boolean(counts) && probability >= LIKELY);
    return made;
  }));
}

export function drawPicture() {
  const { doc, preview, fraction } = here();
  const step = shownStep(doc);
  const size = stage.sharp ? "full" : "screen";
  stage.resize(doc.width, doc.height);
  brush.show(page.current, doc.width, doc.height);
  stage.root.classList.toggle("checked", doc.transparent);
  stage.divided(Boolean(step || preview));
  stage.root.querySelector(".badge").hidden = !preview;
  if (preview) return stage.show(page.current, { before: preview[0], shown: preview[0], live: preview[1], opacity: fraction });
  const original = server.view(page.current, "0", "after", 1, size);
  if (!step) return stage.show(page.current, { before: original, shown: original });
  const started = server.view(page.current, step.key, "before", 1, size);
  const before = stage.held || $("against").value === "original" ? original : started;
  const after = (fraction) => server.view(page.current, step.key, "after", fraction, size);
  if (stage.dialling) stage.show(page.current, { before, shown: started, live: after(1), opacity: strength.value / 100 });
  else stage.show(page.current, { before, shown: after(step.strength) });
}

function drawTools() {
  $("zoom").setAttribute("aria-pressed", String(Math.abs(stage.zoom - stage.one) < 0.001));
  $("zoom").textContent = stage.fitted ? "1:1" : words.fit;
  if (here()) drawPicture();
}

function changeOf(doc) {
  const step = shownStep(doc);
  if (!step) return "";
  const parts = [`${words.changed[step.change.word]} (${fill("levels", { n: step.change.levels.toFixed(1) })})`];
  const [from, to] = step.light;
  const light = Math.round(100 * step.strength * (to / Math.max(from, 0.001) - 1));
  if (light) parts.push(fill("light", { n: `${light > 0 ? "+" : "−"}${Math.abs(light)}` }));
  const before = doc.at > 1 ? doc.steps[doc.at - 2].faults : doc.seen;
  for (const task of step.strength === 1 ? step.did : []) {
    const [was, is] = [before[task], step.faults[task]].map((fraction) => Math.round(100 * fraction));
    if (was !== is) parts.push(`${words.looks[task]}: ${was}\u00a0% →\u00a0${is}\u00a0%`);
  }
  return parts.join("; ");
}

function drawHistory() {
  const { doc } = here();
  const step = shownStep(doc);
  const { preview, running, fraction } = here();
  $("undo").disabled = running || !doc.at;
  $("redo").disabled = running || doc.at >= doc.steps.length;
  strength.disabled = !preview && (running || !step);
  if (!stage.dialling) strength.value = Math.round(100 * (preview ? fraction : step?.strength ?? 1));
  $("fraction").textContent = `${strength.value}\u00a0%`;
  $("change").textContent = changeOf(doc);
  const rows = [null, ...doc.steps].map((one, index) => {
    const radio = element("input", { id: `step-${index}`, type: "radio", name: "step", value: index, checked: index === doc.at, disabled: Boolean(running) });
    radio.addEventListener("change", () => does.goTo(() => ({ at: index })));
    const address = server.view(page.current, one ? one.key : "0", "after", one ? one.strength : 1, "thumb");
    const part = one && one.strength !== 1 ? ` (${Math.round(100 * one.strength)}\u00a0%)` : "";
    const name = one ? `${index}. ${one.sentence || words.decides}${part}` : words.original;
    return element("label", {}, radio, element("span", { className: "mini" }, element("img", { src: address, alt: "" })), element("span", { textContent: name }));
  });
  $("steps").replaceChildren($("steps").querySelector("legend"), ...rows);
}

function drawStrip() {
  $("strip").hidden = photos.size < 2;
  $("strip").replaceChildren(...[...photos].map(([id, photo]) => {
    const step = shownStep(photo.doc);
    const image = element("img", { alt: "", src: server.view(id, step?.key ?? "0", "after", step?.strength ?? 1, "thumb") });
    const thumb = element("button", { id: `thumb-${id}`, type: "button", className: "thumb", onclick: () => does.choose(id) }, image);
    thumb.setAttribute("aria-label", photo.doc.name);
    thumb.setAttribute("aria-current", String(id === page.current));
    const away = element("button", { id: `remove-${id}`, type: "button", className: "remove", textContent: "×", onclick: () => does.remove(id) });
    away.setAttribute("aria-label", fill("remove", { name: photo.doc.name }));
    const item = element("li", { className: photo.failed ? "failed" : photo.doc.at && !photo.running ? "done" : "" }, thumb, away);
    if (photo.running || queue.includes(id)) item.append(progressOf(photo));
    item.dataset.photo = id;
    return item;
  }));
}

export function progressOf(photo) {
  const bar = element("progress", { max: 1, value: photo.progress ?? 0 });
  bar.setAttribute("aria-label", `${words.progress}: ${photo.doc.name}`);
  return bar;
}

export function drawFiles() {
  const [photo, format] = [here(), $("format").value];
  const restored = [...photos.values()].filter(({ doc }) => doc.at).length;
  $("download").hidden = !photo?.doc.at;
  if (photo) $("download").href = server.downloadOf(page.current, format);
  $("zip").hidden = photos.size < 2 || !restored;
  if (photos.size) $("zip").href = server.zipOf(format);
  $("files").hidden = !restored;
}

// What is lost with the page: what runs, and results that were not downloaded as they stand.
const stateOf = ({ doc }) => doc.at && `${shownStep(doc).key} ${shownStep(doc).strength}`;
const unsaved = (photo) => photo.running || (photo.doc.at && photo.saved !== stateOf(photo));
const save = (saved) => { for (const photo of saved) photo.saved = stateOf(photo); };
$("download").addEventListener("click", () => save([here()]));
$("zip").addEventListener("click", () => save(photos.values()));
addEventListener("beforeunload", (event) => { if (queue.length || [...photos.values()].some(unsaved)) event.preventDefault(); });

export function draw() {
  const photo = here();
  $("main").dataset.state = photo ? "loaded" : "empty";
  for (const id of ["stage", "tools", "more"]) $(id).hidden = !photo;
  if (!photo) paint(false);
  $("drop").hidden = Boolean(photo);
  for (const id of ["hold", "against"]) $(id).disabled = !(photo?.doc.at || photo?.preview); // nothing to compare with
  const running = Boolean(photo?.running);
  $("after").hidden = !photo || !(photo.doc.steps.length || photo.preview);
  $("restore").disabled = running;
  $("restore").classList.toggle("primary", !photo?.doc.at);
  $("stop").hidden = ![...photos.values()].some((one) => one.running);
  for (const id of ["compare", "instead"]) $(id).disabled = running;
  $("restore-all").disabled = !$("stop").hidden;
  $("restore-all").hidden = photos.size < 2;
  $("restore-all").textContent = fill("restore_all", { n: photos.size });
  $("question").textContent = photo?.doc.at ? words.next : words.question;
  drawFiles();
  drawChips();
  drawStrip();
  drawStatus();
  if (photo) {
    drawHistory();
    drawPicture();
  }
  stand();
}

export function paint(on) {
  brush.turn(on);
  $("brush").setAttribute("aria-pressed", String(on));
  $("brushing").hidden = !on;
}
