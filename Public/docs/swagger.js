// Draws Swagger UI on the page /docs; a file of its own, because the pages allow no inline script.
const place = document.getElementById("documentation");
window.ui = SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
});
