// The page: what is shown of the photos, and what its controls do.

import * as server from "./server.js";
import { Stage } from "./stage.js";
import { fill, pictureOf, told, words } from "./words.js";
import { openVariants } from "./variants.js";
import { Brush } from "./brush.js";

const TYPING = 250; // milliseconds without a key after which a sentence is read
const SEEN = 0.5; // probability from which a fault's share is told
const AT_ONCE = 2; // photos that are restored side by side

const $ = (id) => document.getElementById(id);
const strength = document.querySelector("#strength input");
const photos = new Map(); // id -> { doc, said, running, progress, failed, preview }
let current = null;
const stage = new Stage($("stage"), () => drawTools());
const brush = new Brush(stage, $("brush-size"));

const nowhere = { said: {} }; // what is said while there is no photo

const here = () => photos.get(current);
const shownStep = (doc) => doc.steps[doc.at - 1] ?? null;

// ---- what is shown

function element(tag, about = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), about);
  made.append(...inside);
  return made;
}

function say(photo, said) {
  photo.said = said;
  if (photo === (here() ?? nowhere)) drawStatus(said);
}

function drawStatus(said = {}) {
  const parts = [];
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
  for (const trouble of [said.trouble ?? []].flat()) {
    const line = element("p", { className: "trouble", textContent: trouble });
    line.setAttribute("role", "alert");
    parts.push(line);
  }
  $("status").replaceChildren(...parts);
  $("instead").hidden = !said.runnerUp;
  $("instead").dataset.task = said.runnerUp ?? "";
  if (said.runnerUp) $("instead").textContent = fill("instead", { task: words.task[said.runnerUp] });
  const suggested = (said.suggest ?? []).map((task) => chip(task, words.ask[task], () => write(words.ask[task])));
  $("suggestions").hidden = !suggested.length;
  $("suggestions").replaceChildren(element("p", { textContent: words.instead_title }), ...suggested);
}

function chip(task, text, deed) {
  const made = element("button", { type: "button", className: "chip", textContent: text, onclick: deed });
  made.dataset.task = task;
  return made;
}

function drawChips() {
  const faults = here()?.doc.faults ?? told.tasks.map((task) => ({ task, share: 0 }));
  const able = faults.filter(({ task }) => told.tasks.includes(task));
  $("chips").replaceChildren(...able.map(({ task, share }) => {
    const seen = share >= SEEN;
    const made = chip(task, seen ? `${words.looks[task]}: ${Math.round(100 * share)}\u00a0%` : words.looks[task], () => add(words.ask[task]));
    made.classList.toggle("seen", seen);
    return made;
  }));
}

function source(image, address) {
  if (image.getAttribute("src") !== address) image.src = address;
}

function drawPicture() {
  const { doc, preview } = here();
  const step = shownStep(doc);
  const size = stage.sharp ? "full" : "screen";
  stage.resize(doc.width, doc.height);
  brush.show(current, doc.width, doc.height);
  stage.root.classList.toggle("checked", doc.transparent);
  stage.divided(Boolean(step || preview));
  stage.root.querySelector(".badge").hidden = !preview;
  stage.live.hidden = !(preview || stage.dialling);
  if (preview) {
    source(stage.before, preview[0]);
    source(stage.shown, preview[0]);
    source(stage.live, preview[1]);
    stage.live.style.opacity = strength.value / 100;
    return;
  }
  const original = server.view(current, "0", "after", 1, size);
  if (!step) return source(stage.shown, original), source(stage.before, original);
  const started = server.view(current, step.key, "before", 1, size);
  source(stage.before, stage.held || $("against").value === "original" ? original : started);
  if (stage.dialling) {
    source(stage.shown, started);
    source(stage.live, server.view(current, step.key, "after", 1, size));
    stage.live.style.opacity = strength.value / 100;
  } else source(stage.shown, server.view(current, step.key, "after", step.strength, size));
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
    const [was, is] = [before[task], step.faults[task]].map((share) => Math.round(100 * share));
    if (was !== is) parts.push(`${words.looks[task]}: ${was}\u00a0% →\u00a0${is}\u00a0%`);
  }
  return parts.join("; ");
}

function drawHistory() {
  const { doc } = here();
  const step = shownStep(doc);
  $("undo").disabled = !doc.at;
  $("redo").disabled = doc.at >= doc.steps.length;
  strength.disabled = !step && !here().preview;
  if (document.activeElement !== strength) strength.value = step ? Math.round(100 * step.strength) : 100;
  $("share").textContent = `${strength.value}\u00a0%`;
  $("change").textContent = changeOf(doc);
  const rows = [null, ...doc.steps].map((one, index) => {
    const radio = element("input", { type: "radio", name: "step", value: index, checked: index === doc.at });
    radio.addEventListener("change", () => goTo({ at: index }));
    const address = server.view(current, one ? one.key : "0", "after", one ? one.strength : 1, "thumb");
    const share = one && one.strength !== 1 ? ` (${Math.round(100 * one.strength)}\u00a0%)` : "";
    const name = one ? `${index}. ${one.sentence || words.decides}${share}` : words.original;
    return element("label", {}, radio, element("span", { className: "mini" }, element("img", { src: address, alt: "" })), element("span", { textContent: name }));
  });
  $("steps").replaceChildren($("steps").querySelector("legend"), ...rows);
}

function drawStrip() {
  $("strip").hidden = photos.size < 2;
  $("strip").replaceChildren(...[...photos].map(([id, photo]) => {
    const step = shownStep(photo.doc);
    const image = element("img", { alt: "", src: server.view(id, step?.key ?? "0", "after", step?.strength ?? 1, "thumb") });
    const thumb = element("button", { type: "button", className: "thumb", onclick: () => choose(id) }, image);
    thumb.setAttribute("aria-label", photo.doc.name);
    thumb.setAttribute("aria-current", String(id === current));
    const away = element("button", { type: "button", className: "remove", textContent: "×", onclick: () => remove(id) });
    away.setAttribute("aria-label", fill("remove", { name: photo.doc.name }));
    const item = element("li", { className: photo.failed ? "failed" : photo.doc.at && !photo.running ? "done" : "" }, thumb, away);
    if (photo.running) item.append(progressOf(photo));
    item.dataset.photo = id;
    return item;
  }));
}

function progressOf(photo) {
  const bar = element("progress", { max: 1, value: photo.progress ?? 0 });
  bar.setAttribute("aria-label", `${words.progress}: ${photo.doc.name}`);
  return bar;
}

function drawFiles() {
  const [photo, format] = [here(), $("format").value];
  const restored = [...photos.values()].filter(({ doc }) => doc.at).length;
  $("download").hidden = !photo?.doc.at;
  if (photo) $("download").href = server.downloadOf(current, format);
  $("zip").hidden = photos.size < 2 || !restored;
  if (photos.size) $("zip").href = server.zipOf(format);
  $("files").hidden = !restored;
}

function draw() {
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
  for (const id of ["undo", "redo", "compare", "instead", "restore-all"]) $(id).disabled = running;
  $("restore-all").hidden = photos.size < 2;
  $("restore-all").textContent = fill("restore_all", { n: photos.size });
  $("question").textContent = photo?.doc.at ? words.next : words.question;
  drawFiles();
  drawChips();
  drawStrip();
  drawStatus((photo ?? nowhere).said);
  if (!photo) return;
  drawPicture();
  drawHistory();
  for (const id of running ? ["undo", "redo"] : []) $(id).disabled = true;
  for (const radio of $("steps").querySelectorAll("input")) radio.disabled = running;
}

// ---- photos

function choose(id) {
  current = id;
  stage.fit();
  draw();
  if (!here()?.said) understand();
}

async function take(files, sentence = null) {
  const first = photos.size === 0;
  const wanted = [...files];
  const refused = [];
  let chosen = false;
  for (const [index, file] of wanted.entries()) {
    say(here() ?? nowhere, { text: fill("uploading", { name: file.name ?? "", n: index + 1, of: wanted.length }) });
    try {
      if (file.size > told.maxBytes) throw new Error(fill("too_large", { name: file.name, mb: Math.floor(told.maxBytes / 1e6) }));
      const doc = await server.upload(file);
      photos.set(doc.id, { doc });
      if (!chosen) choose(doc.id);
      // Where one writes next: given as soon as there is a photo, as later the visitor may be elsewhere.
      if (first && !chosen) $("wish").focus({ preventScroll: true });
      chosen = true;
      drawStrip();
    } catch (error) { refused.push(troubleOf(error)); }
  }
  if (chosen && sentence !== null) write(sentence);
  else if (chosen) await understand();
  // All of them, beside what was understood: those that came in do not hide those that did not.
  if (refused.length) say(here() ?? nowhere, { ...(chosen ? here().said : {}), trouble: refused });
  draw();
}

async function remove(id) {
  photos.get(id).running?.abort();
  photos.delete(id);
  brush.forget(id);
  if (id === current) current = [...photos.keys()][0] ?? null;
  draw();
  await server.remove(id).catch(() => {});
}

// A sentence, unless it begins with the name of a file, which is told as it is.
const capital = (text) => (/^[^:]+\.\w+: /.test(text) ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`);

function troubleOf(error) {
  if (error.gone) server.forget();
  return capital(error instanceof TypeError ? words.unreachable : error.message);
}

const failed = (photo, error) => say(photo, { trouble: troubleOf(error) });

// ---- the sentence

function write(text) { $("wish").value = text; understand(); }

function add(text) {
  const old = $("wish").value.trim();
  if (!old.includes(text)) write(old ? `${old}${words.joins}${text}` : text);
  $("wish").focus({ preventScroll: true });
}

let reading = null;
let waiting = 0;

async function understand() {
  clearTimeout(waiting);
  reading?.abort();
  const [mine, id, photo, text] = [new AbortController(), current, here() ?? nowhere, $("wish").value];
  reading = mine;
  if (photo.running) return;
  try {
    const plan = await server.understand(text, id, brush.on, told.language, mine.signal);
    if (reading !== mine || photo.running) return; // a later text has the word
    say(photo, plan.refused ? { trouble: plan.text, suggest: plan.suggest } : { text: plan.text, runnerUp: plan.runner_up });
  } catch (error) {
    if (error.name !== "AbortError") failed(photo, error);
  }
}

$("wish").addEventListener("input", () => {
  clearTimeout(waiting);
  reading?.abort();
  waiting = setTimeout(understand, TYPING);
});
$("wish").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("ask").requestSubmit();
});

// ---- restoring

// What holds for every photo of a run, whatever is changed meanwhile.
const options = () => ({ ensemble: $("quality").checked ? 4 : 1, grain: $("grain").value / 100, scale: $("scale").value });

async function restore(id, wish, how = options()) {
  const photo = photos.get(id);
  if (!photo || photo.running) return;
  clearTimeout(waiting);
  reading?.abort();
  const mask = id === current ? await brush.mask() : null;
  if (photo.running) return;
  Object.assign(photo, { running: new AbortController(), progress: 0, failed: false, preview: null, share: null });
  say(photo, { text: words.looking, progress: 0 });
  draw();
  try {
    for await (const news of server.restore(id, { ...how, mask, language: told.language, ...wish }, photo.running.signal)) {
      if (news.done) await finished(id, photo, news);
      else if (news.trouble) {
        photo.failed = true;
        photo.said = { trouble: capital(news.trouble), suggest: news.suggest };
      } else if (news.preview) {
        photo.preview = news.preview.map(pictureOf);
        if (id === current) strength.value = Math.round(100 * (wish.strength ?? 1));
        if (id === current) draw();
      } else {
        photo.progress = news.progress;
        const text = news.text ?? photo.said.text;
        say(photo, { text, progress: news.progress, left: news.left, waits: news.waits });
        document.querySelector(`#strip [data-photo="${id}"] progress`)?.replaceWith(progressOf(photo));
      }
    }
  } catch (error) {
    if (error.name === "AbortError") photo.said = { text: words.stopped };
    else { failed(photo, error); photo.failed = true; }
  } finally {
    photo.running = photo.preview = null;
    draw();
  }
}

async function finished(id, photo, { done, seconds }) {
  photo.doc = done;
  // The dial that was turned on the preview counts for the whole picture.
  if (photo.share !== null) photo.doc = await server.place(id, { strength: photo.share });
  const step = shownStep(photo.doc);
  const did = step.did.map((task, index) => step.told[index] || words.did[task]).join(", ");
  const kept = step.change.word === "not at all" || !did;
  photo.said = {
    text: kept ? words.unchanged : fill("restored", { what: did }),
    notes: [fill("seconds", { n: seconds.toFixed(1) }), ...step.notes],
    runnerUp: step.runner_up,
  };
  $("scale").value = ""; // or the next step would enlarge again
  if (id !== current) return;
  $("wish").value = "";
  paint(false);
  // On a phone the button lies below the photo: what was pressed for is to be seen.
  const { top, height } = stage.root.getBoundingClientRect();
  if (top < 0 || top + height / 2 > innerHeight) stage.root.scrollIntoView({ block: "start" });
}

async function restoreAll() {
  const [text, ids, how] = [$("wish").value, [...photos.keys()], options()];
  const next = async () => { for (let id = ids.shift(); id; id = ids.shift()) await restore(id, { instruction: text }, how); };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

async function goTo(wish) {
  const [id, photo] = [current, here()];
  try {
    photo.doc = await server.place(id, wish);
    if (wish.at !== undefined) photo.said = {};
  } catch (error) { failed(photo, error); }
  stage.dialling = false;
  draw();
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!current) return say(nowhere, { trouble: words.first });
  restore(current, { instruction: $("wish").value });
});
$("restore-all").onclick = restoreAll;
$("instead").onclick = () => current && restore(current, { instruction: $("wish").value, task: $("instead").dataset.task });
$("stop").onclick = () => { for (const photo of photos.values()) photo.running?.abort(); };
$("undo").onclick = () => goTo({ at: here().doc.at - 1 });
$("redo").onclick = () => goTo({ at: here().doc.at + 1 });
$("format").onchange = drawFiles;
$("compare").onclick = async () => {
  const how = { ...options(), mask: await brush.mask() };
  openVariants(current, here().doc, $("wish").value, how, (wish) => restore(current, wish));
};

strength.addEventListener("input", () => {
  $("share").textContent = `${strength.value}\u00a0%`;
  if (here().preview) here().share = strength.value / 100;
  else stage.dialling = true;
  drawPicture();
});
strength.addEventListener("change", () => { if (!here().preview) goTo({ strength: strength.value / 100 }); });

// ---- the picture's tools

const hold = $("hold");
const held = (on) => { stage.hold(on); hold.setAttribute("aria-pressed", String(on)); };
hold.addEventListener("pointerdown", () => held(true));
for (const kind of ["pointerup", "pointerleave", "pointercancel", "blur", "keyup"]) hold.addEventListener(kind, () => held(false));
hold.addEventListener("keydown", (event) => { if (event.key === " " || event.key === "Enter") { event.preventDefault(); held(true); } });
hold.addEventListener("contextmenu", (event) => event.preventDefault());
$("zoom").onclick = () => (stage.fitted ? stage.zoomTo(stage.one) : stage.fit());
$("in").onclick = () => stage.zoomTo(stage.zoom * 1.5);
$("out").onclick = () => stage.zoomTo(stage.zoom / 1.5);
$("against").onchange = drawPicture;

function paint(on) {
  brush.turn(on);
  $("brush").setAttribute("aria-pressed", String(on));
  $("brushing").hidden = !on;
}
$("brush").onclick = () => { paint(!brush.on); if (brush.on) $("stage").focus({ preventScroll: true }); understand(); };
$("brush-size").oninput = () => brush.place();
$("erase").onclick = () => { brush.erasing = !brush.erasing; $("erase").setAttribute("aria-pressed", String(brush.erasing)); };
$("clear").onclick = () => brush.clear();
$("grain").oninput = () => { $("grain-share").textContent = `${$("grain").value}\u00a0%`; };

// ---- how photos come in

for (const id of ["choose", "camera"]) {
  $(id).addEventListener("change", async () => {
    const files = [...$(id).files];
    $(id).value = ""; // so that the same file can be chosen again
    await take(files);
  });
}
$("another").onclick = () => $("choose").click();
addEventListener("paste", (event) => {
  if (event.clipboardData?.files.length) { event.preventDefault(); take(event.clipboardData.files); }
});
for (const kind of ["dragenter", "dragover"]) addEventListener(kind, (event) => { event.preventDefault(); document.body.classList.add("over"); });
addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("over"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  if (event.dataTransfer.files.length) take(event.dataTransfer.files);
});
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.matches("textarea")) return;
  event.preventDefault();
  $(event.shiftKey ? "redo" : "undo").click();
});

for (const { file, ask } of told.examples) {
  const button = element("button", { type: "button" }, element("img", { src: `static/examples/${file}`, alt: "" }), element("span", { textContent: words.ask[ask] }));
  button.onclick = async () => take([new File([await (await fetch(`static/examples/${file}`)).blob()], file)], words.ask[ask]);
  $("examples").append(element("li", {}, button));
}
for (const name of told.formats) $("format").append(element("option", { value: name, textContent: name.toUpperCase() }));
draw();
