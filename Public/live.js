// Keeps the timeline of an order as it stands, from a stream of events. Each event is the whole
// part of the page, made by the server.

import { showTimes } from "./times.js";

export function watchTimelines() {
    for (const part of document.querySelectorAll("[data-live]")) watch(part);
}

function watch(part) {
    const source = new EventSource(part.dataset.live);
    source.addEventListener("change", (event) => show(part, event.data));
    source.addEventListener("end", () => {
        source.close();
        showAll();
    });
    source.addEventListener("error", () => {
        // One that is refused, where too many are open, is not asked for again by the browser.
        if (source.readyState === EventSource.CLOSED) setTimeout(showAll, 60_000);
    });
    window.addEventListener("pagehide", () => source.close(), { once: true });
}

function show(part, markup) {
    const parsed = new DOMParser().parseFromString(markup, "text/html");
    part.replaceChildren(...parsed.body.childNodes);
    showTimes(part);
}

/** More of the page differs than its timeline: the order is final, or needs attention. */
async function showAll() {
    const answer = await fetch(location.href);
    // Whoever is logged in no more is led elsewhere.
    if (!answer.ok || answer.redirected) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const before = document.getElementById("content");
    const after = parsed.getElementById("content");
    const message = before.querySelector(".flash");
    if (message) after.querySelector(".page-heading")?.before(message);
    before.replaceWith(after);
    showTimes(after);
    watchTimelines();
}
