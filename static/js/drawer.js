/* The cart drawer: a link to /cart whose answer htmx puts into a dialog. Without JavaScript it is just the link. */
(() => {
  const drawer = document.getElementById("drawer");
  if (!drawer) return;
  let opener = null;
  const body = document.getElementById("drawer-body");
  document.addEventListener("htmx:after:swap", (event) => {
    /* The dialog stands before everything, so before the line that says why not. */
    if (drawer.open && event.detail.ctx?.hx?.retarget === "#notice") { drawer.close(); return; }
    if (drawer.open && !drawer.contains(document.activeElement)) (body.querySelector("input:not([type=hidden])") ?? drawer.querySelector("[data-close]")).focus();
    if (body.childElementCount && drawer.dataset.wanted) { delete drawer.dataset.wanted; if (!drawer.open) drawer.showModal(); }
  });
  document.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-drawer]");
    if (wanted) { drawer.dataset.wanted = "1"; opener = wanted; }
    if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
  });
  /* The browser gives the focus back itself, but not to a button that was off while its form was sent. */
  drawer.addEventListener("close", () => opener?.focus());
})();
