// Up to four instructions, strengths or models side by side, small; one of them is chosen for the whole picture. What is
// set beside the sentence, and the part that is painted, hold for all of them.

import * as server from "./server.js";
import { fill, told, words } from "./words.js";

const MOST = 4;
const FRACTIONS = [1, 0.75, 0.5, 0.25];
const dialog = document.getElementById("variants");
const cells = document.getElementById("cells");
let opened = null;
let closed = new AbortController(); // ends what is computed for a dialog that is closed
let shown = Promise.resolve(); // once all is shown that was asked for so far

function cell(index, text, fraction) {
  const box = document.createElement("fieldset");
  box.innerHTML = `<legend></legend><label></label><textarea rows="2"></textarea><select class="fraction"></select>
    <select class="model"></select><img alt="" hidden>
    <p class="state" role="status"></p><button type="button" class="primary" disabled hidden></button>`;
  const parts = ["label", "textarea", ".fraction", ".model", "button"];
  const [label, area, select, model, button] = parts.map((part) => box.querySelector(part));
  box.querySelector("legend").textContent = fill("variant", { n: index + 1 });
  label.textContent = words.question;
  label.htmlFor = area.id = `variant-${index}`;
  area.value = text;
  area.placeholder = words.decides;
  select.setAttribute("aria-label", words.strength);
  for (const one of FRACTIONS) select.add(new Option(`${Math.round(100 * one)} %`, one, one === fraction, one === fraction));
  model.setAttribute("aria-label", words.model);
  model.hidden = !told.experts.length; // there is nothing to choose
  const models = [[words.as_set_up, ""], ["InstructIR", "ours"], ...told.experts.map((name) => [name, name])];
  for (const [name, value] of models) model.add(new Option(name, value));
  box.oninput = () => stale(box);
  button.textContent = words.choose_this;
  button.onclick = () => {
    dialog.close();
    opened.chosen(wishOf(box));
  };
  return box;
}

// What is shown was made of other words than those that would be chosen.
function stale(box) {
  box.dataset.asked = "";
  box.querySelector("p").textContent = "";
  box.querySelector("img").hidden = true;
  Object.assign(box.querySelector("button"), { disabled: true, hidden: true });
}

const wishOf = (box) => ({
  instruction: box.querySelector("textarea").value,
  strength: Number(box.querySelector(".fraction").value),
  expert: box.querySelector(".model").value,
});

async function draw(box, signal) {
  const [image, state, button] = ["img", "p", "button"].map((tag) => box.querySelector(tag));
  const wish = wishOf(box);
  const asked = JSON.stringify(wish);
  if (signal.aborted || box.dataset.asked === asked) return; // nobody looks, or it is there
  stale(box);
  box.dataset.asked = asked;
  state.textContent = words.waiting;
  try {
    const address = await server.variant(opened.photo, { ...opened.how, ...wish, language: told.language }, signal);
    const plan = await server.understand(wish.instruction, opened.photo, Boolean(opened.how.mask), told.language, signal);
    if (box.dataset.asked !== asked) return;
    Object.assign(image, { src: address, alt: wish.instruction || words.decides, hidden: false });
    Object.assign(button, { disabled: false, hidden: false });
    state.textContent = plan.text;
  } catch (error) {
    if (box.dataset.asked !== asked) return;
    stale(box);
    state.textContent = error.message;
  }
}

function showAll() {
  const { signal } = closed;
  for (const box of cells.children) shown = shown.then(() => draw(box, signal));
}

// Opens the dialog; `how` holds for all, and `chosen` is called with what was chosen.
export function openVariants(photo, doc, sentence, how, chosen) {
  opened = { photo, how, chosen };
  closed = new AbortController();
  const others = doc.faults.filter(({ task }) => told.tasks.includes(task)).map(({ task }) => words.ask[task]);
  const wishes = [[sentence, 1], [sentence, 0.5], ...others.filter((text) => text !== sentence).map((text) => [text, 1])];
  cells.replaceChildren(...wishes.slice(0, MOST).map(([text, fraction], index) => cell(index, text, fraction)));
  const step = doc.steps[doc.at - 1];
  const [key, strength] = step ? [step.key, step.strength] : ["0", 1];
  dialog.querySelector("#start img").src = server.view(photo, key, "after", strength);
  dialog.showModal();
}

document.getElementById("show").onclick = showAll;
dialog.addEventListener("close", () => closed.abort());
document.getElementById("close").onclick = () => dialog.close();
