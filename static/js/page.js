/* What every page gets: relative times, copying, closing menus, the "I read up to here" beacon. */
(() => {
  const root = document.documentElement;
  const language = root.lang.replace("_", "-") || "en";
  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];

  window.boardwalk = {
    token: () => document.querySelector('meta[name="csrf-token"]')?.content ?? "",
    send: (url, body) => fetch(url, {
      method: "POST", body, keepalive: !(body instanceof FormData), credentials: "same-origin",
      headers: { "X-CSRFToken": window.boardwalk.token(), "HX-Request": "true" },
    }),
    onContent: (work) => {
      work(document);
      document.addEventListener("htmx:after:swap", () => work(document));
    },
  };

  function relative(seconds) {
    if (Math.abs(seconds) < 60) return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "second");
    /* "1 day ago" and not "yesterday": as the server wrote it, so that no line moves. */
    const format = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" });
    const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length);
    return format.format(-Math.floor(Math.abs(seconds) / size) * Math.sign(seconds), unit);
  }

  function refreshTimes() {
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      /* Beyond a week the server's date says more than "23 days ago". */
      if (Math.abs(seconds) < 7 * 86400) time.textContent = relative(seconds);
    }
  }

  function tellRead() {
    for (const mark of document.querySelectorAll("[data-read-url]")) {
      const { readUrl, readNo } = mark.dataset;
      mark.removeAttribute("data-read-url");
      window.boardwalk.send(readUrl, new URLSearchParams({ no: readNo ?? "" })).then(() => window.boardwalk.recount?.()).catch(() => {});
    }
  }

  async function copy(button) {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    label.textContent = button.dataset.copied ?? "✓";
    setTimeout(() => { label.textContent = before; }, 1600);
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  }

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    const button = event.target.closest("[data-copy]");
    if (button) { event.preventDefault(); copy(button); }
    if (!event.target.closest(".searchbox")) for (const list of document.querySelectorAll(".suggestions")) list.replaceChildren();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    closeMenus(null);
    open?.querySelector("summary").focus();
    for (const list of document.querySelectorAll(".suggestions")) list.replaceChildren();
  });

  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.menu")));

  /* The link to more is replaced by what it brought: the keyboard goes on from there. */
  let before = null;
  document.addEventListener("htmx:before:swap", (event) => {
    before = event.detail.ctx?.sourceElement?.closest?.(".more")?.previousElementSibling ?? null;
  });
  document.addEventListener("htmx:after:swap", () => {
    before?.nextElementSibling?.querySelector("a[href]")?.focus({ preventScroll: true });
    before = null;
  });

  /* What replaced the button or link that asked for it takes the focus along: the keyboard would begin at the top. */
  const marked = () => [...document.querySelectorAll("[data-focus]")];
  let old = [], asker = null;
  document.addEventListener("htmx:before:swap", (event) => {
    old = marked();
    asker = event.detail.ctx?.sourceElement ?? null;
  });
  document.addEventListener("htmx:after:swap", () => {
    const held = document.activeElement;
    if (asker && !asker.isConnected && (!held || held === document.body)) marked().find((each) => !old.includes(each))?.focus();
    asker = null;
  });

  /* Arrow keys walk from the search field through its suggestions and back. */
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.(".searchbox");
    if (!box || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const stops = [box.querySelector("input"), ...box.querySelectorAll(".suggestions a")];
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (stops.length < 2 || !stops[next]) return;
    event.preventDefault();
    stops[next].focus();
  });

  /* On a phone the row of tabs scrolls: show the one we are on. Sideways only, so the page stays where it is. */
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
  }

  /* Deep quotes are folded to a peek; the focus opens them, so fingers and keys can. */
  function unfold(scope) {
    for (const quote of scope.querySelectorAll(".prose blockquote blockquote blockquote")) {
      if (quote.scrollHeight > quote.clientHeight) quote.tabIndex = 0;
    }
  }

  window.boardwalk.onContent(unfold);
  window.boardwalk.onContent(refreshTimes);
  window.boardwalk.onContent(tellRead);
  setInterval(refreshTimes, 60000);
})();
