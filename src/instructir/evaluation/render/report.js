for (const sample of document.querySelectorAll(".sample")) {
  const compare = sample.querySelector(".compare");
  const slider = compare.querySelector("input");
  slider.addEventListener("input", () => compare.style.setProperty("--at", `${slider.value}%`));
  const buttons = sample.querySelectorAll("button");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      compare.dataset.mode = button.dataset.mode;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    });
  }
}
