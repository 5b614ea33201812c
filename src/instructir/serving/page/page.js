() => {
  document.documentElement.lang = "en";
  const drag = (handle, by) => {
    const box = handle.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const send = (kind, target, clientX) =>
      target.dispatchEvent(
        new MouseEvent(kind, { bubbles: true, cancelable: true, view: window, clientX, clientY: y, button: 0 }),
      );
    send("mousedown", handle, x);
    send("mousemove", window, x + by);
    send("mouseup", window, x + by);
  };
  // Gradio's before/after slider can only be dragged; this gives its handle a name and the arrow keys.
  const reachable = (handle) => {
    const area = handle.closest(".slider-wrap") || handle.parentElement;
    const tell = () => {
      const [box, all] = [handle.getBoundingClientRect(), area.getBoundingClientRect()];
      const share = (100 * (box.left + box.width / 2 - all.left)) / Math.max(1, all.width);
      handle.setAttribute("aria-valuenow", String(Math.round(Math.min(100, Math.max(0, share)))));
    };
    const about = { role: "slider", tabindex: "0", "aria-label": "Before and after", "aria-valuemin": "0" };
    for (const [name, value] of Object.entries({ ...about, "aria-valuemax": "100" })) {
      handle.setAttribute(name, value);
    }
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      drag(handle, (step * area.getBoundingClientRect().width) / 20);
      requestAnimationFrame(tell);
    });
    handle.addEventListener("focus", tell);
    tell();
  };
  const settle = () => {
    const status = document.getElementById("status");
    if (status && !status.hasAttribute("aria-live")) status.setAttribute("aria-live", "polite");
    document.querySelectorAll("#stage img").forEach((image, index) => {
      const name = index ? "The photo after the step" : "The photo before the step";
      if (image.alt !== name) image.alt = name;
    });
    document.querySelectorAll("#stage [data-testid=slider]:not([tabindex])").forEach(reachable);
  };
  settle();
  new MutationObserver(settle).observe(document.body, { childList: true, subtree: true });
}
