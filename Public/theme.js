// Light, dark, or what the system says. The choice is a cookie, so that the server draws the next
// page right from the start.

const YEAR = 31_536_000;
export const THEMES = ["system", "light", "dark"];
const ICONS = { system: "monitor", light: "sun", dark: "moon" };

function current() {
    return document.documentElement.dataset.theme ?? "system";
}

/** Keeps and shows a theme: `system`, `light` or `dark`. */
export function choose(theme) {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const age = theme === "system" ? 0 : YEAR;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) label(button, theme);
}

function label(button, theme) {
    button.setAttribute("aria-label", `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
    const icon = button.querySelector("use");
    icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#${ICONS[theme]}`));
}

export function enableThemes() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
        button.addEventListener("click", () => {
            choose(THEMES[(THEMES.indexOf(current()) + 1) % THEMES.length]);
        });
    }
}
