// What pages do beyond links and forms. Each part finds its own elements; without any of this
// everything still works.
import { watchTimelines } from "./live.js";
import { enableConfirmation } from "./confirm.js";
import { enableCopying } from "./copy.js";
import { enableThemes } from "./theme.js";
import { enableCycles } from "./cycle.js";
import { enablePalette } from "./palette.js";
import { showTimes } from "./times.js";

document.documentElement.classList.add("js");
enableThemes();
enableCopying();
enableConfirmation();
enableCycles();
enablePalette();
showTimes(document);
watchTimelines();
keepFormsFromBeingSentTwice();
closeMenus();
enablePrinting();
enableTickingAll();

function keepFormsFromBeingSentTwice() {
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (event.defaultPrevented || form.method !== "post") return;
        if (form.dataset.sent) {
            event.preventDefault();
            return;
        }
        form.dataset.sent = "yes";
        // A page that comes back from the browser's memory can be sent again.
        window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
    });
}

function closeMenus() {
    const menus = document.querySelectorAll("details.menu");
    document.addEventListener("click", (event) => {
        for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        for (const menu of menus) {
            if (!menu.open) continue;
            menu.open = false;
            menu.querySelector("summary").focus();
        }
    });
}

function enablePrinting() {
    for (const button of document.querySelectorAll("[data-print]")) {
        button.addEventListener("click", () => print());
    }
}

function enableTickingAll() {
    for (const all of document.querySelectorAll("[data-all]")) {
        all.addEventListener("change", () => {
            const boxes = document.querySelectorAll(`tbody [name="${all.dataset.all}"]`);
            for (const box of boxes) box.checked = all.checked;
        });
    }
}
