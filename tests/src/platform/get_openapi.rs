//! `GET /v1/openapi.json`.

use parvis_testkit::{Town, run};

#[test]
fn the_document_served_describes_every_endpoint_of_the_catalog() {
    run(async {
        let document = Town::new().await.guest().await.get("/v1/openapi.json").await.expect(200);
        assert_eq!(document.text("openapi"), "3.1.0");
        assert_eq!(document.header("content-type"), "application/json");
        for function in parvis_catalog::functions() {
            let Some(http) = function.http() else { continue };
            let method = http.route.method.as_str().to_ascii_lowercase();
            let id = &document.json["paths"][http.route.path][method]["operationId"];
            assert_eq!(*id, function.id.as_str(), "run cargo xtask sync");
        }
    });
}
