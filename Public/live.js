// Keeps the timeline of an order as it stands, from a stream of events. Each event is the whole
// part of the page, made by the server.

export function watchTimelines() {
    for (const part of document.querySelectorAll("[data-live]")) watch(part);
}

function watch(part) {
    const source = new EventSource(part.dataset.live);
    source.addEventListener("change", (event) => show(part, event.data));
    // The order is final: the page shows more then than its timeline.
    source.addEventListener("end", () => {
        source.close();
        location.reload();
    });
    window.addEventListener("pagehide", () => source.close(), { once: true });
}

function show(part, markup) {
    const parsed = new DOMParser().parseFromString(markup, "text/html");
    part.replaceChildren(...parsed.body.childNodes);
}
