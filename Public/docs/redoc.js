// Draws the API reference with ReDoc.
window.addEventListener("load", () => {
    const place = document.getElementById("reference");
    window.Redoc.init(
        place.dataset.document,
        { disableSearch: false, hideDownloadButtons: false, expandResponses: "200,201" },
        place,
    );
});
