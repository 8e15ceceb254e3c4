// Moments in the reader's own zone: the one of their settings, or the browser's. Pages come with UTC,
// which stays what is shown on pointing at a moment. Days are those of documents, and stay.

const zone = document.documentElement.dataset.zone
    ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
const format = new Intl.DateTimeFormat("en-US", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
    hourCycle: "h23", timeZone: zone, timeZoneName: "short",
});

/** Shows the moments of a part of the page. */
export function showTimes(part) {
    for (const time of part.querySelectorAll("time[data-clock]")) {
        const said = Object.fromEntries(
            format.formatToParts(new Date(time.dateTime)).map((each) => [each.type, each.value]));
        const { day, month, year, hour, minute } = said;
        time.textContent = `${day} ${month} ${year}, ${hour}:${minute}`;
        time.title = `${time.textContent} ${said.timeZoneName} · ${time.title}`;
        delete time.dataset.clock;
    }
    const name = part.querySelector("[data-zone-name]");
    if (name) name.textContent = zone;
}
