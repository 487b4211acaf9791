/* Forms: the CSRF header for htmx, one submit per click, and drafts that outlive a lost connection. */
(() => {
  const key = (area) => `draft:${area.dataset.draft}`;
  const drafts = (scope) => scope.querySelectorAll("textarea[data-draft]");
  const submits = (form) => form.querySelectorAll('button:not([type="button"]), input[type="submit"]');

  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    if (request.method !== "GET") request.headers["X-CSRFToken"] = window.boardwalk.token();
  });

  function busy(form, on) {
    for (const button of submits(form)) {
      button.disabled = on;
      button.toggleAttribute("data-busy", on);
      if (on) button.setAttribute("aria-busy", "true"); else button.removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    for (const area of drafts(form)) sessionStorage.setItem(`sent:${key(area)}`, "1");
    /* After this turn, or the pressed button's own name and value would not be sent. */
    setTimeout(() => busy(form, true));
  });

  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[data-busy]")) busy(button.form, false);
  });

  const formOf = (event) => event.detail.ctx?.sourceElement?.closest?.("form");
  document.addEventListener("htmx:before:request", (event) => { const form = formOf(event); if (form && form.method === "post") busy(form, true); });
  document.addEventListener("htmx:finally:request", (event) => { const form = formOf(event); if (form) busy(form, false); });
  document.addEventListener("htmx:after:request", (event) => {
    const form = formOf(event);
    if (form && event.detail.ctx.response?.status < 400) for (const area of drafts(form)) sessionStorage.removeItem(key(area));
  });
  /* No answer, or one from a proxy in front of a site that is down: our own pages speak for themselves. */
  function sayOffline(event) {
    const notice = document.getElementById("notice");
    if (event.detail.ctx?.sourceElement?.closest?.("#live")) return;
    if (![undefined, 502, 504].includes(event.detail.ctx?.response?.status) || !notice) return;
    const line = document.createElement("p");
    line.className = "notice notice--error";
    line.setAttribute("role", "alert");
    line.textContent = notice.dataset.offline;
    notice.replaceChildren(line);
    notice.dataset.float = "";
  }
  document.addEventListener("htmx:error", sayOffline);
  document.addEventListener("htmx:response:error", sayOffline);

  /* A refusal lands in the notice line, which may be scrolled away: let it float until the next gesture. */
  document.addEventListener("htmx:after:swap", (event) => {
    const notice = document.getElementById("notice");
    if (notice && event.detail.ctx?.hx?.retarget === "#notice") notice.dataset.float = "";
  });
  for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, (event) => {
    const notice = document.getElementById("notice");
    if (notice && "float" in notice.dataset && !notice.contains(event.target)) delete notice.dataset.float;
  });

  function restore(area) {
    const arrived = performance.getEntriesByType("navigation")[0]?.type === "navigate";
    if (sessionStorage.getItem(`sent:${key(area)}`) && arrived) {
      sessionStorage.removeItem(key(area));
    }
    sessionStorage.removeItem(`sent:${key(area)}`);
    area.value ||= sessionStorage.getItem(key(area)) ?? "";
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-draft]")) sessionStorage.setItem(key(event.target), event.target.value);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) event.target.form?.requestSubmit();
  });

  for (const area of drafts(document)) restore(area);
})();
