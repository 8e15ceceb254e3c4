import Wire

/// The header fields that tell a browser what a page may do.
package enum SecurityHeaders {
    /// For pages: only our own files, no scripts or styles in the page, no frames.
    ///
    /// `formTargets` are other origins that a form of ours may lead to, such as the payment page's.
    package static func addForPages(
        to response: inout Response,
        isHTTPS: Bool,
        formTargets: [String] = []
    ) {
        let targets = (["'self'"] + formTargets).joined(separator: " ")
        set(
            [
                (
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                        + "font-src 'self'; connect-src 'self'; manifest-src 'self'; "
                        + "form-action \(targets); base-uri 'none'; frame-ancestors 'none'"
                ),
                ("X-Frame-Options", "DENY"),
                ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
                ("Cross-Origin-Opener-Policy", "same-origin"),
            ],
            on: &response
        )
        addForData(to: &response, isHTTPS: isHTTPS)
    }

    /// For JSON and files: nothing may be run, guessed or kept.
    package static func addForData(to response: inout Response, isHTTPS: Bool) {
        set(forData, on: &response)
        guard isHTTPS else { return }
        set([("Strict-Transport-Security", "max-age=63072000")], on: &response)
    }

    private static let forData = [
        (
            "Content-Security-Policy",
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]

    /// Sets what the handler has not set itself.
    private static func set(_ fields: [(String, String)], on response: inout Response) {
        for (name, value) in fields where response.headers[name] == nil {
            response.headers.append(name, value)
        }
    }
}
