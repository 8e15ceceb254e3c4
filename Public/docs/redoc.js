// Draws ReDoc on the page /redoc; a file of its own, because the pages allow no inline script.
Redoc.init("/openapi.json", { hideDownloadButton: false }, document.getElementById("documentation"));
