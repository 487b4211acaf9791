/* The composer: preview, formatting, quoting, pictures. Every gesture edits plain Markdown in the textarea. */
(() => {
  const textOf = (box) => box.querySelector("textarea");

  function insert(area, text) {
    area.focus();
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function wrap(area, [before, after = ""]) {
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    insert(area, before + chosen + after);
    if (!chosen) area.selectionStart = area.selectionEnd -= after.length;
  }

  async function preview(box, on) {
    const pane = box.querySelector(".composer__preview");
    const area = textOf(box);
    if (on) {
      pane.setAttribute("aria-busy", "true");
      const answer = await window.boardwalk.send(box.dataset.previewUrl, new URLSearchParams({ body: area.value })).catch(() => null);
      if (answer?.status < 500) pane.innerHTML = await answer.text(); else pane.textContent = document.getElementById("notice")?.dataset.offline ?? "";
      pane.removeAttribute("aria-busy");
    }
    pane.hidden = !on;
    area.hidden = on;
    for (const tab of box.querySelectorAll("[data-tab]")) tab.setAttribute("aria-pressed", String((tab.dataset.tab === "preview") === on));
    if (!on) area.focus();
  }

  async function upload(box, files) {
    const area = textOf(box);
    for (const file of [...files].filter((one) => one.type.startsWith("image/"))) {
      const body = new FormData();
      body.append("picture", file, file.name || "picture.png");
      box.setAttribute("aria-busy", "true");
      const answer = await window.boardwalk.send(box.dataset.uploadUrl, body).catch(() => null);
      box.removeAttribute("aria-busy");
      const result = await answer?.json().catch(() => null);
      const problem = box.parentElement.querySelector("[data-upload-problem]");
      if (problem) problem.textContent = answer?.ok ? "" : result?.detail ?? result?.error ?? document.getElementById("notice")?.dataset.offline ?? "";
      if (answer?.ok && result) insert(area, `${result.markdown ?? `![](${result.url})`}\n`);
    }
  }

  /* What is selected inside the post, or else the post without the quotes it holds itself. */
  function wordsOf(post) {
    const selection = getSelection();
    if (!selection.isCollapsed && post.contains(selection.anchorNode)) return selection.toString();
    const body = post.querySelector(".post__body").cloneNode(true);
    for (const nested of body.querySelectorAll("blockquote, script, style")) nested.remove();
    body.classList.add("hidden-visually");
    document.body.append(body);
    const words = body.innerText;
    body.remove();
    return words;
  }

  function quote(link, area) {
    const lines = wordsOf(link.closest(".post")).trim().replace(/\n{3,}/g, "\n\n").split("\n");
    const source = `@${link.dataset.quoteAuthor}${link.dataset.quoteLink ? ` [#${link.dataset.quoteNo}](${link.dataset.quoteLink})` : ""}`;
    area.selectionStart = area.selectionEnd = area.value.length;
    insert(area, `${area.value.trim() ? "\n\n" : ""}> ${source}\n>\n${lines.map((line) => `> ${line}`).join("\n")}\n\n`);
    area.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  /* A ready answer, filled in by the site, at the cursor; without an answer from there the link does it. */
  async function putAnswer(link, area) {
    const answer = await fetch(link.dataset.answer).catch(() => null);
    if (!answer?.ok) { location.href = link.href; return; }
    link.closest("details").open = false;
    insert(area, await answer.text());
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-composer]");
    const tab = event.target.closest("[data-tab]");
    const tool = event.target.closest("[data-wrap]");
    const link = event.target.closest("[data-quote-author]");
    if (box && tab) preview(box, tab.dataset.tab === "preview");
    if (box && tool) wrap(textOf(box), tool.dataset.wrap.replaceAll("\\n", "\n").split("|"));
    const ready = event.target.closest("[data-answer]");
    const area = document.querySelector("#reply textarea, textarea#reply");
    if (ready && area && !event.ctrlKey && !event.metaKey) { event.preventDefault(); putAnswer(ready, area); }
    if (link && area && !event.ctrlKey && !event.metaKey) { event.preventDefault(); quote(link, area); }
  });

  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-upload-url]");
    if (!box || event.target.type !== "file") return;
    upload(box, event.target.files).then(() => { event.target.value = ""; });
  });

  function takeFiles(event, transfer) {
    const box = event.target.closest?.("[data-upload-url]");
    if (!box || !transfer?.files.length) return;
    event.preventDefault();
    box.removeAttribute("data-drop");
    upload(box, transfer.files);
  }
  document.addEventListener("paste", (event) => takeFiles(event, event.clipboardData));
  document.addEventListener("drop", (event) => takeFiles(event, event.dataTransfer));
  document.addEventListener("dragover", (event) => {
    const box = event.target.closest?.("[data-upload-url]");
    if (box && event.dataTransfer.types.includes("Files")) { event.preventDefault(); box.setAttribute("data-drop", ""); }
  });
  document.addEventListener("dragleave", (event) => event.target.closest?.("[data-drop]")?.removeAttribute("data-drop"));
})();
