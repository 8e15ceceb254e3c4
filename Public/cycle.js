// Changes between monthly and yearly prices without loading the page again. The links do the same
// by loading it.

export function enableCycles() {
    for (const toggle of document.querySelectorAll("[data-cycle-toggle]")) {
        toggle.addEventListener("click", (event) => {
            const link = event.target.closest("a[data-cycle-choice]");
            if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            choose(toggle, link);
        });
    }
}

function choose(toggle, link) {
    toggle.closest("[data-cycle]").dataset.cycle = link.dataset.cycleChoice;
    for (const each of toggle.querySelectorAll("a")) each.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    history.replaceState(null, "", link.href);
}
