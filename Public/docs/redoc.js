// Draws ReDoc on the page /redoc; a file of its own, because the pages allow no inline script.
const place = document.getElementById("documentation");
Redoc.init(place.dataset.document, { hideDownloadButton: false }, place);
