// The page: what its controls do with the photos.

import * as server from "./server.js";
import { fill, pictureOf, told, words } from "./words.js";
import { openVariants } from "./variants.js";
import { deeds } from "./focus.js";
import {
  $, brush, does, draw, drawFiles, drawNews, drawPicture, element, here, isReady, news, nowhere, page, paint, photos,
  progressOf, queue, say, shownStep, stage, strength, tell,
} from "./view.js";

const TYPING = 250; // milliseconds without a key after which a sentence is read
const AT_ONCE = 2; // photos that are restored side by side

// ---- photos

function choose(id) {
  page.current = id;
  stage.dialling = false;
  stage.fit();
  draw();
  const said = here()?.said;
  if (here() && (!said || (said.of ?? $("wish").value) !== $("wish").value)) understand();
}

// Takes files, or promises of them, in. Who does something meanwhile stays with the photo, the text and the focus of then.
async function take(files, sentence = null) {
  const [began, typed] = [deeds(), $("wish").value];
  const wanted = [...files];
  const mine = { text: "", refused: [] };
  let first = null;
  dismiss();
  news.add(mine);
  for (const [index, coming] of wanted.entries()) {
    try {
      const file = await coming;
      if (file.size > told.maxBytes) throw new Error(fill("too_large", { name: file.name, mb: Math.floor(told.maxBytes / 1e6) }));
      mine.text = fill("uploading", { name: file.name ?? "", n: index + 1, of: wanted.length });
      drawNews();
      const doc = await uploaded(file);
      const [empty, idle] = [!here(), deeds() === began];
      photos.set(doc.id, { doc });
      Object.assign(nowhere, { said: {}, lacks: "" });
      if (empty || (idle && first === null)) choose(doc.id);
      else draw();
      if (empty && idle) $("wish").focus({ preventScroll: true });
      first ??= doc.id;
    } catch (error) { mine.refused.push(troubleOf(error)); }
  }
  mine.text = "";
  if (!mine.refused.length) news.delete(mine);
  drawNews();
  if (mine.refused.length && deeds() === began) tell();
  if (sentence !== null && page.current === first && $("wish").value === typed) write(sentence);
}

// A new session in place of one that is over.
async function uploaded(file) {
  try { return await server.upload(file); } catch (error) {
    if (!error.over) throw error;
    over();
    return server.upload(file);
  }
}

// What is said of files that have come in is read by whoever goes on.
function dismiss() {
  for (const one of news) if (!one.text) news.delete(one);
  drawNews();
}

async function remove(id) {
  const ids = [...photos.keys()];
  const at = ids.indexOf(id);
  photos.get(id).running?.abort();
  photos.delete(id);
  brush.forget(id);
  if (id === page.current) choose(ids[at + 1] ?? ids[at - 1] ?? null);
  else draw();
  if (document.activeElement === document.body) $($("strip").hidden ? (page.current ? "stage" : "choose") : `thumb-${page.current}`).focus();
  await server.remove(id).catch(() => {});
}

// The session is over on the server, a restart for example: its photos are no longer there, but what was written is.
function over() {
  server.forget();
  queue.length = 0;
  for (const [id, photo] of photos) {
    photo.running?.abort();
    brush.forget(id);
  }
  photos.clear();
  nowhere.said = { trouble: capital(words.messages.over) };
  choose(null);
  tell();
}
server.closed.addEventListener("over", over);

// A sentence, unless it begins with the name of a file, which is told as it is.
const capital = (text) => (/^[^:]+\.\w+: /.test(text) ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`);

function troubleOf(error) {
  return capital(error instanceof TypeError ? words.unreachable : error.message);
}

function failed(photo, error) {
  if (photo !== nowhere && ![...photos.values()].includes(photo)) return; // it was removed meanwhile
  if (error.over) return over();
  say(photo, { trouble: troubleOf(error) });
  if (photo === (here() ?? nowhere)) tell();
}

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
  const [mine, id, photo, text] = [new AbortController(), page.current, here() ?? nowhere, $("wish").value];
  reading = mine;
  if (photo.running) return;
  $("said").setAttribute("aria-busy", "true"); // what stands there was said of another text
  try {
    const plan = await server.understand(text, id, brush.on, told.language, mine.signal);
    if (reading !== mine || photo.running) return; // a later text has the word
    say(photo, { of: text, ...(plan.refused ? { trouble: plan.text, suggest: plan.suggest } : { text: plan.text, runnerUp: plan.runner_up }) });
  } catch (error) {
    if (error.name !== "AbortError" && reading === mine) failed(photo, error);
  }
}

$("wish").addEventListener("input", () => {
  clearTimeout(waiting);
  dismiss();
  if (!here()?.running) $("said").setAttribute("aria-busy", "true");
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
const options = () => ({ ensemble: $("quality").checked ? 4 : 0, grain: $("grain").value / 100, scale: $("scale").value });

async function restore(id, wish, how = options()) {
  const photo = photos.get(id);
  if (queue.includes(id)) queue.splice(queue.indexOf(id), 1);
  if (!photo || photo.running) return;
  clearTimeout(waiting);
  reading?.abort();
  const then = { deeds: deeds(), text: $("wish").value, scale: $("scale").value, used: brush.used };
  const mask = how.mask ?? (id === page.current ? brush.mask() : null);
  Object.assign(photo, { running: new AbortController(), progress: 0, failed: false, lacks: "", preview: null, fraction: wish.strength ?? 1 });
  const { signal } = photo.running;
  dismiss();
  say(photo, { text: words.looking, progress: 0 });
  draw();
  try {
    const asked = { ...how, mask: await mask, language: told.language, ...wish };
    await photo.going; // it begins with the step that was gone to
    signal.throwIfAborted();
    for await (const heard of server.restore(id, asked, signal)) {
      if (heard.done) await finished(id, photo, heard, then);
      else if (heard.trouble) {
        photo.failed = true;
        photo.said = { trouble: capital(heard.trouble), suggest: heard.suggest };
      } else if (heard.preview) {
        photo.preview = heard.preview.map(pictureOf);
        if (id === page.current) draw();
      } else {
        photo.progress = heard.progress;
        const text = heard.text ?? photo.said.text;
        say(photo, { text, progress: heard.progress, left: heard.left, waits: heard.waits });
        document.querySelector(`#strip [data-photo="${id}"] progress`)?.replaceWith(progressOf(photo));
      }
    }
  } catch (error) {
    if (error.name === "AbortError") photo.said = { text: words.stopped };
    else { failed(photo, error); photo.failed = true; }
  } finally {
    photo.running = photo.preview = null;
    draw();
    if (photo.failed && id === page.current && deeds() === then.deeds) tell();
  }
}

// What was written, painted or chosen since `then` is meant for what comes next.
async function finished(id, photo, { done, seconds }, then) {
  photo.doc = done;
  // The dial that was turned on the preview counts for the whole picture.
  if (photo.fraction !== shownStep(done).strength) photo.doc = await server.place(id, { strength: photo.fraction });
  const step = shownStep(photo.doc);
  const did = step.did.map((task, index) => step.told[index] || words.did[task]).join(", ");
  const kept = step.change.word === "not at all" || !did;
  photo.said = {
    text: kept ? words.unchanged : fill("restored", { what: did }),
    notes: [fill("seconds", { n: seconds.toFixed(1) }), ...step.notes],
    runnerUp: step.runner_up,
  };
  if ($("scale").value === then.scale) $("scale").value = ""; // or the next step would enlarge again
  if (id !== page.current) return;
  if ($("wish").value === then.text) $("wish").value = "";
  if (brush.used === then.used) paint(false);
  if (deeds() !== then.deeds) return;
  // On a phone the button lies below the photo: what was pressed for is to be seen.
  const { top, height } = stage.root.getBoundingClientRect();
  if (top < 0 || top + height / 2 > innerHeight) stage.root.scrollIntoView({ block: "start" });
}

async function restoreAll() {
  if (!isReady()) return;
  const [text, how] = [$("wish").value, options()];
  queue.push(...photos.keys());
  for (const photo of photos.values()) photo.progress = 0;
  const next = async () => { while (queue.length) await restore(queue[0], { instruction: text }, how); };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

// One after the other, each from where the last one led: no click is lost, and no answer overtakes another.
function goTo(where) {
  const [id, photo] = [page.current, here()];
  if (!photo) return;
  const go = async () => {
    const wish = where(photo.doc);
    try {
      photo.doc = await server.place(id, wish);
      if (wish.at !== undefined) photo.said = {};
    } catch (error) { failed(photo, error); }
    // Unless the dial is turned on already.
    if (id === page.current && (wish.at !== undefined || 100 * wish.strength === Number(strength.value))) stage.dialling = false;
    draw();
  };
  photo.going = (photo.going ?? Promise.resolve()).then(go);
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (isReady()) restore(page.current, { instruction: $("wish").value });
});
$("restore-all").onclick = restoreAll;
$("instead").onclick = () => isReady() && restore(page.current, { instruction: $("wish").value, task: $("instead").dataset.task });
$("stop").onclick = () => {
  queue.length = 0;
  for (const photo of photos.values()) photo.running?.abort();
};
$("undo").onclick = () => goTo(({ at }) => ({ at: at - 1 }));
$("redo").onclick = () => goTo(({ at }) => ({ at: at + 1 }));
$("format").onchange = drawFiles;
$("compare").onclick = async () => {
  if (!isReady()) return;
  const [id, text] = [page.current, $("wish").value];
  const how = { ...options(), mask: await brush.mask() };
  if (photos.has(id)) openVariants(id, photos.get(id).doc, text, how, (wish) => restore(id, wish, how));
};

strength.addEventListener("input", () => {
  $("fraction").textContent = `${strength.value}\u00a0%`;
  if (here().preview) here().fraction = strength.value / 100;
  else stage.dialling = true;
  drawPicture();
});
strength.addEventListener("change", () => {
  const turned = { strength: strength.value / 100 };
  if (!here().preview) goTo(() => turned);
});

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

$("brush").onclick = () => { paint(!brush.on); if (brush.on) $("stage").focus({ preventScroll: true }); understand(); };
$("brush-size").oninput = () => brush.place();
$("erase").onclick = () => { brush.erasing = !brush.erasing; $("erase").setAttribute("aria-pressed", String(brush.erasing)); };
$("clear").onclick = () => brush.clear();
$("grain").oninput = () => { $("grain-fraction").textContent = `${$("grain").value}\u00a0%`; };

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
  const fetched = async () => new File([await (await fetch(`static/examples/${file}`)).blob()], file);
  button.onclick = async () => {
    button.disabled = true; // a second click would take it twice
    await take([fetched()], words.ask[ask]);
    button.disabled = false;
  };
  $("examples").append(element("li", {}, button));
}
for (const name of told.formats) $("format").append(element("option", { value: name, textContent: name.toUpperCase() }));
Object.assign(does, { choose, remove, goTo, write, add });
draw();
