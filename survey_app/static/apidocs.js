/* Starts Swagger UI on the address the page names. */
SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: document.getElementById("swagger-ui").dataset.url,
  deepLinking: true,
  layout: "BaseLayout",
});
