//! The page as a browser asks for it: files, headers, refusals, and that calls of services are not taken for files.

use super::*;
use tonic::codegen::Service;

async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = axum::http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let api = Router::new().route("/some.Service/{*rest}", axum::routing::post(|| async { "a service" }));
    let request = request.body(Body::empty()).unwrap();
    with_page(api, b"genesis".to_vec()).call(request).await.unwrap()
}

fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |v| v.to_str().unwrap())
}

async fn body_of(response: Response) -> Vec<u8> {
    axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap().to_vec()
}

/// Who doubts a package takes the page that verifies it from a node, and saves it.
#[tokio::test]
async fn the_page_that_verifies_is_given_out() {
    let page = ask("GET", "/verify.html", &[]).await;
    assert_eq!((page.status(), header_of(&page, "content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(header_of(&page, "content-disposition").starts_with("attachment"));
    assert!(body_of(page).await == VERIFIER);
}

#[tokio::test]
async fn the_page_and_its_files_come_with_strict_headers() {
    let page = ask("GET", "/", &[]).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(header_of(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header_of(&page, "cache-control"), "no-cache");
    assert!(header_of(&page, "content-security-policy").starts_with("default-src 'none'; script-src 'self';"));
    assert_eq!(header_of(&page, "x-content-type-options"), "nosniff");
    let html = String::from_utf8(body_of(page).await).unwrap();
    // What the page loads is there, kept for ever, and from nowhere else.
    let script = html.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = ask("GET", script, &[]).await;
    assert_eq!(script.status(), StatusCode::OK);
    assert_eq!(header_of(&script, "content-type"), "text/javascript; charset=utf-8");
    assert!(header_of(&script, "cache-control").contains("immutable"));
    assert!(!html.contains("http://") && !html.contains("https://"));
}

#[tokio::test]
async fn a_browser_that_has_a_file_is_not_sent_it_again() {
    let etag = header_of(&ask("GET", "/index.html", &[]).await, "etag").to_owned();
    let again = ask("GET", "/index.html", &[("if-none-match", &etag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert!(body_of(again).await.is_empty());
    assert_eq!(ask("GET", "/index.html", &[("if-none-match", "\"other\"")]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_genesis_is_given_out_as_it_is() {
    assert_eq!(body_of(ask("GET", "/genesis.bin", &[]).await).await, b"genesis");
}

#[tokio::test]
async fn nothing_else_is_found_and_nothing_is_taken() {
    for path in ["/etc/passwd", "/../Cargo.toml", "/assets/", "/assets/../index.html", "/%2e%2e/x", "/index.html/"] {
        assert_eq!(ask("GET", path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let refused = ask("POST", "/", &[]).await;
    assert_eq!((refused.status(), header_of(&refused, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"));
    assert_eq!(header_of(&refused, "x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn services_come_first_and_unknown_ones_are_refused_as_grpc_does() {
    assert_eq!(body_of(ask("POST", "/some.Service/Call", &[]).await).await, b"a service");
    let unknown = ask("POST", "/other.Service/Call", &[("content-type", "application/grpc")]).await;
    assert_eq!((unknown.status(), header_of(&unknown, "grpc-status")), (StatusCode::OK, "12"));
}
