// Light, dark, or what the system says. The choice is a cookie, so that the server draws the next
// page right from the start.

const YEAR = 31_536_000;

function current() {
    const chosen = document.documentElement.dataset.theme;
    if (chosen) return chosen;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function choose(theme) {
    document.documentElement.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}

export function enableThemes() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
        button.addEventListener("click", () => choose(current() === "dark" ? "light" : "dark"));
    }
}
