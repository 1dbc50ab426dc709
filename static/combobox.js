// A select that is searched by typing: three letters, arrows, Enter. The select itself keeps the value.

const MOST = 9;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

function enhance(select) {
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  const label = document.querySelector(`label[for="${select.id}"]`);
  const hadFocus = document.activeElement === select || (select.autofocus && document.activeElement === document.body);
  let active = -1;

  input.id = select.id;
  select.id = `${input.id}_value`;
  list.id = `${input.id}_list`;
  label.id = `${input.id}_label`;
  said.className = "visually-hidden";
  list.className = "combobox__list";
  input.autocomplete = "off";
  select.hidden = list.hidden = true;
  // The error stays with the field that people see.
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  set(input, { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" });
  set(list, { role: "listbox", "aria-labelledby": label.id });
  set(said, { role: "status" });
  input.placeholder = select.options[0].text.trim();
  input.value = chosenText();
  const frame = document.createElement("div");
  frame.className = "combobox";
  select.before(frame);
  frame.append(input, list, said, select);

  const choices = () => [...list.querySelectorAll("[role=option]")];

  input.addEventListener("input", () => show(input.value));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => list.hidden && show(""));
  input.addEventListener("blur", () => {
    hide();
    input.value = chosenText();
  });
  input.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !handled(event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("mousedown", (event) => {
    // The focus stays in the field.
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) choose(option.dataset.value);
  });
  select.addEventListener("choose", (event) => choose(event.detail));
  if (hadFocus) input.focus();

  function handled(key, back) {
    const isOpen = !list.hidden && choices().length > 0;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (isOpen) point(active + (key === "ArrowDown" ? 1 : -1));
      else show("");
      return true;
    }
    if (key === "Escape" && !list.hidden) {
      hide();
      input.value = chosenText();
      return true;
    }
    const isTyped = plain(input.value) !== plain(chosenText());
    if (key === "Enter" || (key === "Tab" && !back && isOpen && isTyped)) {
      if (isOpen && active >= 0) choose(choices()[active].dataset.value);
      else if (select.value && !isTyped) tell();
      return true;
    }
    return false;
  }

  function show(text) {
    const found = matching(select, text).slice(0, MOST);
    list.replaceChildren(...found.map((option, index) => item(option, `${list.id}_${index}`)));
    if (!found.length) list.append(Object.assign(document.createElement("li"), { textContent: select.dataset.none }));
    said.textContent = found.length ? `${found.length} ${select.dataset.found}` : select.dataset.none;
    list.hidden = false;
    set(input, { "aria-expanded": String(found.length > 0) });
    point(text ? 0 : -1);
  }

  function point(index) {
    const all = choices();
    active = all.length ? (index + all.length) % all.length : -1;
    if (index < -1) active = all.length - 1;
    if (index === -1) active = -1;
    all.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
    input.setAttribute("aria-activedescendant", all[active]?.id ?? "");
    all[active]?.scrollIntoView({ block: "nearest" });
  }

  function choose(value) {
    const changed = select.value !== value;
    select.value = value;
    input.value = chosenText();
    hide();
    if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
    tell(changed);
  }

  // The page decides what follows.
  function tell(changed = false) {
    select.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: { changed } }));
  }

  function hide() {
    list.hidden = true;
    said.textContent = "";
    set(input, { "aria-expanded": "false", "aria-activedescendant": "" });
  }

  function chosenText() {
    return select.value ? select.selectedOptions[0].text.trim() : "";
  }
}

/* What begins like it first, then what has words that do, then what has it anywhere; recent ones before all. */
function matching(select, text) {
  const typed = plain(text);
  const options = [...select.options].filter((option) => option.value);
  if (!typed) {
    const recent = [...document.querySelectorAll("[data-chip]")].map((chip) => chip.dataset.chip);
    const place = (option) => (recent.includes(option.value) ? recent.indexOf(option.value) : recent.length);
    return options.sort((one, other) => place(one) - place(other));
  }
  const words = typed.split(/\s+/);
  const rank = (option) => {
    const name = plain(option.text);
    if (name.startsWith(typed)) return 0;
    const parts = name.split(/[^\p{L}\p{N}]+/u);
    if (words.every((word) => parts.some((part) => part.startsWith(word)))) return 1;
    return words.every((word) => name.includes(word)) ? 2 : 3;
  };
  return options.filter((option) => rank(option) < 3).sort((one, other) => rank(one) - rank(other));
}

function item(option, id) {
  const made = document.createElement("li");
  made.id = id;
  made.textContent = option.text.trim();
  made.dataset.value = option.value;
  set(made, { role: "option", "aria-selected": "false" });
  return made;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

const enhanceAll = (root) => root.querySelectorAll("[data-combobox]:not([hidden])").forEach(enhance);

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-chip]");
  const select = chip && document.querySelector("[data-combobox]");
  if (select) select.dispatchEvent(new CustomEvent("choose", { detail: chip.dataset.chip }));
});
document.addEventListener("htmx:load", (event) => enhanceAll(event.target));
enhanceAll(document);
