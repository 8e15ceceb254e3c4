// Draws Swagger UI on the page /docs; a file of its own, because the pages allow no inline script.
window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#documentation",
    deepLinking: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
});
