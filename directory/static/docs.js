"use strict";
// Swagger UI on /api/docs. Without `validatorUrl` it would ask another site about the description.
addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("tryout");
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.description,
    validatorUrl: null,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    persistAuthorization: false,
    presets: [window.SwaggerUIBundle.presets.apis],
    // The page has a main part already.
    onComplete: () => place.querySelectorAll("main").forEach((each) => each.setAttribute("role", "group")),
  });
});
