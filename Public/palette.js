// One field for everything: the pages that the header leads to, what this page can do, where one has
// been, and whatever the server finds. Without scripts the same field is a page of its own.

import { choose, THEMES } from "./theme.js";

const SHORTCUTS_OFF = "shortcuts-off";
const RECENT = "recent-pages";

/** Starts the palette and the keys, for those who are logged in. */
export function enablePalette() {
    const opener = document.querySelector("[data-palette]");
    if (!opener) return;
    remember();
    const open = () => new Palette(opener.getAttribute("href")).open();
    document.addEventListener("click", (event) => {
        if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        open();
    });
    document.addEventListener("keydown", (event) => {
        if (document.querySelector("dialog[open]")) return;
        if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            open();
        } else if (isFree(event) && (event.key === "/" || event.key === "?")) {
            event.preventDefault();
            if (event.key === "/") open();
            else showKeys();
        }
    });
}

/** Whether a single key means us: nothing is being typed, and the keys are not turned off. */
function isFree(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (localStorage.getItem(SHORTCUTS_OFF)) return false;
    return !event.target.closest("input, select, textarea, [contenteditable]");
}

/** Keeps the last pages of single objects, for as long as the tab is open. */
function remember() {
    if (!/_[0-9a-z]{20,}/.test(location.pathname)) return;
    const page = { text: document.title.replace(/ · .*/, ""), path: location.pathname };
    const others = recent().filter((each) => each.path !== page.path);
    sessionStorage.setItem(RECENT, JSON.stringify([page, ...others].slice(0, 6)));
}

function recent() {
    try {
        return JSON.parse(sessionStorage.getItem(RECENT)) ?? [];
    } catch {
        return [];
    }
}

function make(name, className, text = "") {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
}

class Palette {
    constructor(address) {
        this.address = address;
        this.dialog = make("dialog", "palette");
        this.dialog.setAttribute("aria-label", "Find or go to");
        this.input = make("input", "input");
        for (const [name, value] of Object.entries({
            type: "text", role: "combobox", "aria-expanded": "true", autocomplete: "off",
            "aria-controls": "palette-list", "aria-label": "Find or go to", maxlength: "200",
            placeholder: "Find an order, a customer, a key … or go to a page",
        })) this.input.setAttribute(name, value);
        this.list = make("ul", "palette-list");
        this.list.id = "palette-list";
        this.list.setAttribute("role", "listbox");
        this.list.setAttribute("aria-label", "Findings");
        const foot = make("p", "palette-foot", "↑ ↓ to choose · Enter to open · Esc to close");
        this.dialog.append(this.input, this.list, foot);
        this.found = [];
    }

    open() {
        document.body.append(this.dialog);
        this.dialog.addEventListener("close", () => this.dialog.remove());
        this.dialog.addEventListener("click", (event) => {
            if (event.target === this.dialog) this.dialog.close();
        });
        this.input.addEventListener("input", () => this.look());
        this.input.addEventListener("keydown", (event) => this.move(event));
        this.dialog.showModal();
        this.show();
    }

    /** Everything that can be offered without asking the server. */
    local() {
        const seen = new Set();
        const links = [...document.querySelectorAll("nav a[href^='/'], .header-end a[href^='/']")];
        const pages = links
            .map((link) => ({
                text: link.textContent.trim() || link.getAttribute("aria-label") || "",
                path: link.getAttribute("href"),
                kind: "Page",
            }))
            .filter((each) => each.text && !seen.has(each.path) && seen.add(each.path));
        const visited = recent().map((each) => ({ ...each, kind: "Recent" }));
        const here = [...document.querySelectorAll(".page-heading .button[href^='/']")].map(
            (link) => ({ text: link.textContent.trim(), path: link.getAttribute("href"),
                kind: "Action" }));
        const leave = document.querySelector("form[action$='/logout']");
        const actions = [
            ...THEMES.map((name) => ({ text: `Theme: ${name}`, run: () => choose(name) })),
            { text: "Keyboard shortcuts", run: showKeys },
            ...leave ? [{ text: "Log out", run: () => leave.requestSubmit() }] : [],
        ].map((each) => ({ ...each, kind: "Action" }));
        return [...visited, ...here, ...pages, ...actions];
    }

    look() {
        clearTimeout(this.timer);
        this.found = [];
        this.show();
        const text = this.input.value.trim();
        if (text.length < 2) return;
        this.timer = setTimeout(() => this.ask(text), 150);
    }

    async ask(text) {
        const answer = await fetch(`${this.address}?list=1&q=${encodeURIComponent(text)}`);
        if (!answer.ok || this.input.value.trim() !== text) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        this.found = [...page.querySelectorAll("[data-finding]")].map((link) => ({
            text: link.textContent,
            detail: link.parentElement.querySelector("p")?.textContent ?? "",
            path: link.getAttribute("href"),
            kind: link.dataset.finding,
        }));
        this.show();
    }

    show() {
        const words = this.input.value.trim().toLowerCase();
        const local = this.local().filter((each) => each.text.toLowerCase().includes(words));
        const places = new Set(local.map((each) => each.path));
        const found = this.found.filter((each) => !places.has(each.path));
        this.choices = [...found, ...local].slice(0, 12);
        this.list.replaceChildren(...this.choices.map((each, index) => this.row(each, index)));
        if (this.choices.length === 0) {
            const none = make("li", "palette-none soft", "Nothing fits so far.");
            none.setAttribute("role", "presentation");
            this.list.append(none);
        }
        this.choose(0);
    }

    row(choice, index) {
        const row = make("li", "palette-row");
        row.id = `palette-${index}`;
        row.setAttribute("role", "option");
        const text = make("span", "truncate", choice.text);
        if (choice.detail) text.append(make("span", "soft small", `  ${choice.detail}`));
        row.append(text, make("span", "badge is-plain", choice.kind));
        row.addEventListener("click", () => this.go(choice));
        row.addEventListener("pointermove", () => this.choose(index));
        return row;
    }

    choose(index) {
        this.index = index;
        for (const [place, row] of [...this.list.children].entries()) {
            row.setAttribute("aria-selected", String(place === index));
        }
        const row = this.choices.length > 0 ? this.list.children[index] : null;
        this.input.setAttribute("aria-activedescendant", row?.id ?? "");
        row?.scrollIntoView({ block: "nearest" });
    }

    move(event) {
        const count = this.choices.length;
        if (event.key === "Enter") {
            event.preventDefault();
            if (count > 0) this.go(this.choices[this.index]);
            return;
        }
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step || count === 0) return;
        event.preventDefault();
        this.choose((this.index + step + count) % count);
    }

    go(choice) {
        this.dialog.close();
        if (choice.run) choice.run();
        else location.assign(choice.path);
    }
}

/** The sheet of keys, on which single keys can be turned off (WCAG 2.2, 2.1.4). */
function showKeys() {
    const dialog = make("dialog", "");
    const body = make("div", "dialog-body");
    const heading = make("h2", "", "Keyboard shortcuts");
    heading.id = "keys-heading";
    dialog.setAttribute("aria-labelledby", heading.id);
    const keys = make("dl", "facts");
    for (const [key, what] of [
        ["Ctrl K, ⌘ K", "Find anything, go anywhere"], ["/", "The same"], ["?", "This sheet"],
    ]) keys.append(make("dt", "mono", key), make("dd", "", what));
    const label = make("label", "choice");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = !localStorage.getItem(SHORTCUTS_OFF);
    box.addEventListener("change", () => {
        if (box.checked) localStorage.removeItem(SHORTCUTS_OFF);
        else localStorage.setItem(SHORTCUTS_OFF, "yes");
    });
    label.append(box, make("span", "", "Single keys do something"));
    body.append(heading, keys, label);
    const foot = make("form", "dialog-foot");
    foot.method = "dialog";
    foot.append(make("button", "button is-secondary", "Close"));
    dialog.append(body, foot);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}
