// Draws the API reference with Swagger UI.
window.addEventListener("load", () => {
    const place = document.getElementById("reference");
    window.SwaggerUIBundle({
        url: place.dataset.document,
        domNode: place,
        deepLinking: true,
        tryItOutEnabled: false,
        persistAuthorization: false,
        validatorUrl: null,
    });
});
