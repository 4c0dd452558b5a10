//! Probes in one line.

use serde_json::Value;

/// `http-get http://:8080/ready delay=0s timeout=1s period=10s #success=1 #failure=3`.
///
/// Source: `kubectl/pkg/describe/describe.go › DescribeProbe`.
pub(super) fn probe(probe: &Value) -> String {
    let number = |key: &str, default: i64| probe[key].as_i64().unwrap_or(default);
    let attributes = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number("initialDelaySeconds", 0),
        number("timeoutSeconds", 1),
        number("periodSeconds", 10),
        number("successThreshold", 1),
        number("failureThreshold", 3),
    );
    format!("{} {attributes}", handler(probe))
}

fn handler(probe: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(exec) = probe.get("exec") {
        let command = exec["command"].as_array().into_iter().flatten().filter_map(Value::as_str);
        return format!("exec [{}]", command.collect::<Vec<_>>().join(" "));
    }
    if let Some(get) = probe.get("httpGet") {
        let scheme = get["scheme"].as_str().unwrap_or("HTTP").to_lowercase();
        let host = text(&get["host"]);
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let path = text(&get["path"]);
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        return format!(
            "http-get {scheme}://{host}:{}{slash}{}",
            port(&get["port"]),
            escaped(&path)
        );
    }
    if let Some(socket) = probe.get("tcpSocket") {
        return format!("tcp-socket {}:{}", text(&socket["host"]), port(&socket["port"]));
    }
    if let Some(grpc) = probe.get("grpc") {
        return format!("grpc <pod>:{} {}", port(&grpc["port"]), text(&grpc["service"]));
    }
    "unknown".to_owned()
}

/// A number, or a name.
fn port(port: &Value) -> String {
    port.as_str().map_or_else(|| port.as_i64().unwrap_or(0).to_string(), str::to_owned)
}

/// A path as it stands in a URL; a `?` is part of the path.
///
/// Source: Go's `net/url › escape`, mode `encodePath`.
fn escaped(path: &str) -> String {
    let byte = |byte: u8| {
        let stays = byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte);
        if stays { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    path.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_of_probe_is_written_as_kubectl_does() {
        let check = |written: Value, expected: &str| {
            assert_eq!(
                probe(&written),
                format!("{expected} delay=0s timeout=1s period=10s #success=1 #failure=3")
            );
        };
        check(json!({ "httpGet": { "port": 80, "path": "/h" } }), "http-get http://:80/h");
        check(
            json!({ "httpGet": { "port": "web", "path": "a?b", "scheme": "HTTPS", "host": "::1" } }),
            "http-get https://[::1]:web/a%3Fb",
        );
        check(json!({ "exec": { "command": ["sh", "-c", "true"] } }), "exec [sh -c true]");
        check(json!({ "tcpSocket": { "port": 53 } }), "tcp-socket :53");
        check(json!({ "grpc": { "port": 9, "service": "s" } }), "grpc <pod>:9 s");
        check(json!({}), "unknown");
    }
}
