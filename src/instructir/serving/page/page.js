() => {
  document.documentElement.lang = "en";
  const settle = () => {
    const status = document.getElementById("status");
    if (status) status.setAttribute("aria-live", "polite");
  };
  settle();
  new MutationObserver(settle).observe(document.body, { childList: true, subtree: true });
}
