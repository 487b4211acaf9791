/* The cart drawer: a link to /cart whose answer htmx puts into a dialog. Without JavaScript it is just the link. */
(() => {
  const drawer = document.getElementById("drawer");
  if (!drawer) return;
  document.addEventListener("htmx:after:swap", () => {
    const body = document.getElementById("drawer-body");
    if (body.childElementCount && drawer.dataset.wanted) { delete drawer.dataset.wanted; if (!drawer.open) drawer.showModal(); }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-drawer]")) drawer.dataset.wanted = "1";
    if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
  });
})();
