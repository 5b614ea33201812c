// What a visitor does while things change: it is counted, keeps the keyboard's place, and hits nothing that moves under it.

const KINDS = ["pointerdown", "keydown", "input", "wheel"];
let done = 0;
let stood = "";

for (const kind of KINDS) addEventListener(kind, () => { done += 1; }, { capture: true, passive: true });
addEventListener("pointerdown", () => { stood = ""; }, { capture: true, passive: true });
addEventListener("focusin", ({ target }) => { stood = target.id; });

export const deeds = () => done;

// The second click of a double one, where the first has brought something else under the pointer, is not meant for that.
let clicked = null;
addEventListener("click", (event) => {
  const control = event.target.closest("label")?.control ?? event.target.closest("button, a, input, select, summary");
  if (event.detail < 2) clicked = control;
  else if (control !== clicked) {
    event.preventDefault();
    event.stopPropagation();
  }
}, { capture: true });

// Who stood on something that was drawn anew, or shut for a while, stands on it again.
export function stand() {
  if (document.activeElement !== document.body) return;
  const again = document.getElementById(stood);
  if (again && !again.disabled && again.checkVisibility()) again.focus({ preventScroll: true });
}
