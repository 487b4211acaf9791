/* The browser offers the known tags for a whole field; this offers them for the tag that is being typed. */
(() => {
  const COMMA = /[,，、;；]/;
  const known = new WeakMap();

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.("input[data-tags]") || !field.list) return;
    if (!known.has(field.list)) known.set(field.list, [...field.list.options].map((option) => option.value));
    const words = field.value.split(COMMA);
    words.pop();
    const there = words.map((word) => word.trim()).filter(Boolean);
    const start = there.map((word) => `${word}, `).join("");
    const left = known.get(field.list).filter((tag) => !there.includes(tag));
    field.list.replaceChildren(...left.map((tag) => new Option("", start + tag)));
  });
})();
