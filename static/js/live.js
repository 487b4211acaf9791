/* News for the page in view (server-sent events). They say only where to look; htmx asks there for what is new. */
(() => {
  const live = document.getElementById("live");
  if (!live) return;
  const LONGEST_WAIT = 600000;
  let source = null, seen = "", isFirst = true, wait = 10000, timer = 0;
  const talk = () => document.querySelector("#talk[data-conversation]");
  const ask = (name, url, target, swap) => window.htmx.ajax("GET", url, { source: live.querySelector(`[data-asks="${name}"]`), target, swap });

  /* One at a time; asked for meanwhile, it runs once more. */
  function once(work) {
    let isRunning = false, again = false;
    return async () => {
      again = true;
      if (isRunning) return;
      isRunning = true;
      while (again) { again = false; await work().catch(() => {}); }
      isRunning = false;
    };
  }

  const counts = once(() => ask("counts", live.dataset.counts, live, "none"));
  /* After "I read up to here": what shows no number can show no smaller one. */
  window.boardwalk.recount = () => { if (document.querySelector("#messages-count .count, #notices-count .count")) counts(); };

  const numberOf = (message) => Number(message.id.match(/^message-(\d+)$/)?.[1] ?? 0);
  const shown = (list) => [...list.children].filter(numberOf);

  /* The last number before a gap: someone may have written while our own message was on its way. */
  function lastWithoutGap(list) {
    const numbers = shown(list).map(numberOf).sort((one, other) => one - other);
    return numbers.find((number, index) => numbers[index + 1] > number + 1) ?? numbers.at(-1) ?? 0;
  }

  /* Each message once, in order. */
  function tidy(list) {
    const known = new Map();
    for (const message of shown(list)) if (known.has(message.id)) message.remove(); else known.set(message.id, message);
    const messages = [...known.values()];
    if (messages.some((message, index) => index && numberOf(messages[index - 1]) > numberOf(message))) list.append(...messages.sort((one, other) => numberOf(one) - numberOf(other)));
  }

  /* Who reads at the end stays there, and so does the line they are writing. */
  const newer = once(async () => {
    const list = talk();
    if (!list) return;
    const isAtEnd = list.getBoundingClientRect().bottom <= innerHeight + 40;
    const height = document.documentElement.scrollHeight;
    await ask("talk", `/messages/${list.dataset.conversation}/newer?after=${lastWithoutGap(list)}`, list, "beforeend");
    if (isAtEnd) scrollBy(0, document.documentElement.scrollHeight - height);
  });

  function hear(topic) {
    const [about, id] = topic.split(":");
    if (topic === "ready") { wait = 10000; if (isFirst) newer(); isFirst = false; }
    if (topic === "missed") { newer(); counts(); }
    if (topic === "full") close();
    if (topic === "notices") counts();
    if (about === "conversation") (talk()?.dataset.conversation === id ? newer : counts)();
  }

  function open() {
    if (source || document.hidden) return;
    source = new EventSource(live.dataset.live + (seen && `?after=${seen}`));
    source.addEventListener("message", (event) => { seen = event.lastEventId; hear(event.data); });
    /* The browser comes back by itself after a broken line, not after a refusal (the site is starting, or full). */
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      if (wait < LONGEST_WAIT) timer = setTimeout(open, wait);
      wait *= 2;
    });
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  /* Our own message comes twice, as the answer to its form and as news, in either order. */
  document.addEventListener("htmx:after:swap", () => { const list = talk(); if (list) tidy(list); });
  document.addEventListener("visibilitychange", () => { close(); open(); });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
