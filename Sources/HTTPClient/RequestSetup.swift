import CCurl
import Support
import Wire

/// What every transfer of a client has in common.
struct TransferSettings: Sendable {
    let userAgent: String
    let caBundle: String?

    /// Security that no caller can turn off, and limits.
    func apply(to transfer: Transfer, deadlineSeconds: Double, connectSeconds: Double) {
        transfer.connectCallbacks()
        transfer.set(CURLOPT_NOSIGNAL, 1)
        transfer.set(CURLOPT_SSL_VERIFYPEER, 1)
        transfer.set(CURLOPT_SSL_VERIFYHOST, 2)
        transfer.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caBundle { transfer.set(CURLOPT_CAINFO, caBundle) }
        transfer.set(CURLOPT_FOLLOWLOCATION, 0)
        // No way around the addresses that were asked for: neither by the environment nor a file.
        transfer.set(CURLOPT_PROXY, "")
        transfer.set(CURLOPT_NETRC, 0)
        transfer.set(CURLOPT_TIMEOUT_MS, milliseconds(deadlineSeconds))
        transfer.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connectSeconds))
        transfer.set(CURLOPT_MAXAGE_CONN, 45)
        transfer.set(CURLOPT_TCP_KEEPALIVE, 1)
    }

    private func milliseconds(_ seconds: Double) -> Int {
        max(1, Int(min(seconds, 86_400) * 1_000))
    }

    func prepare(_ transfer: Transfer, for request: OutgoingRequest) {
        apply(
            to: transfer,
            deadlineSeconds: request.deadlineSeconds,
            connectSeconds: request.connectSeconds
        )
        transfer.set(CURLOPT_PROTOCOLS_STR, "http,https")
        transfer.set(CURLOPT_URL, request.url)
        transfer.set(CURLOPT_USERAGENT, userAgent)
        transfer.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        prepareMethod(of: transfer, request)
        // Without these two, curl waits for a `100 Continue` and names a type for every body.
        var lines = ["Expect:"]
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        for field in request.headers.fields {
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        transfer.set(CURLOPT_HTTPHEADER, lines)
    }

    private func prepareMethod(of transfer: Transfer, _ request: OutgoingRequest) {
        let hasBody = ["POST", "PUT", "PATCH"].contains(request.method) || request.body != nil
        if request.method == "HEAD" {
            // Its Content-Length is of a body that does not come.
            transfer.set(CURLOPT_NOBODY, 1)
            return
        }
        transfer.set(CURLOPT_MAXFILESIZE_LARGE, bytes: request.maxBodyBytes)
        if hasBody {
            transfer.set(CURLOPT_POST, 1)
            transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, bytes: request.body?.count ?? 0)
            transfer.set(CURLOPT_CUSTOMREQUEST, request.method)
            // With no body there is nothing that could not be sent twice; see `connectCallbacks`.
            if request.body?.isEmpty ?? true { transfer.set(CURLOPT_FRESH_CONNECT, 1) }
        } else {
            transfer.set(CURLOPT_HTTPGET, 1)
            transfer.set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    func prepare(_ transfer: Transfer, for mail: OutgoingMail) {
        apply(to: transfer, deadlineSeconds: mail.deadlineSeconds, connectSeconds: 20)
        // After the deadline libcurl says goodbye, and would wait two minutes for an answer to
        // that.
        transfer.set(
            CURLOPT_SERVER_RESPONSE_TIMEOUT,
            Int(min(3_600, max(1, mail.deadlineSeconds)).rounded(.up))
        )
        transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        transfer.set(CURLOPT_URL, mail.server)
        let security = mail.protection == .required ? CURLUSESSL_ALL : CURLUSESSL_NONE
        transfer.set(CURLOPT_USE_SSL, Int(security.rawValue))
        if let user = mail.user { transfer.set(CURLOPT_USERNAME, user) }
        if let password = mail.password { transfer.set(CURLOPT_PASSWORD, password.exposed) }
        transfer.set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
        transfer.set(CURLOPT_MAIL_RCPT, mail.recipients.map { "<\($0)>" })
        // libcurl keeps a connection whose last mail was not answered, and the next would wait on
        // it.
        transfer.set(CURLOPT_FORBID_REUSE, 1)
        transfer.set(CURLOPT_UPLOAD, 1)
        transfer.set(CURLOPT_INFILESIZE_LARGE, bytes: mail.message.count)
    }
}

/// An address taken apart, for checking and for telling people about it.
struct Address {
    let scheme: String
    let host: String

    /// nil for what is no absolute address of one of these schemes, or holds a password.
    init?(_ text: String, schemes: [String]) {
        guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }),
            let url = unsafe curl_url()
        else { return nil }
        defer { unsafe curl_url_cleanup(url) }
        guard unsafe curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK else { return nil }
        func part(_ part: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(url, part, &text, 0) == CURLUE_OK, let text = unsafe text
            else { return nil }
            defer { unsafe curl_free(text) }
            return unsafe String(cString: text)
        }
        guard let scheme = part(CURLUPART_SCHEME), schemes.contains(scheme),
            let host = part(CURLUPART_HOST), part(CURLUPART_USER) == nil,
            part(CURLUPART_PASSWORD) == nil
        else { return nil }
        self.scheme = scheme
        self.host = part(CURLUPART_PORT).map { "\(host):\($0)" } ?? host
    }
}

extension OutgoingRequest {
    /// Where it goes, or why it must not be sent.
    func checked() throws(TransferError) -> Address {
        func refused(_ reason: String) -> TransferError {
            TransferError(kind: .invalidURL, mayHaveArrived: false, description: reason)
        }
        guard let address = Address(url, schemes: ["http", "https"]) else {
            throw refused("no http or https address")
        }
        guard !method.isEmpty, method.utf8.allSatisfy({ (65...90).contains($0) }) else {
            throw refused("no method")
        }
        for field in headers.fields {
            let isName =
                !field.name.isEmpty
                && field.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 58 && $0 != 59 }
            guard isName, field.value.utf8.allSatisfy({ $0 == 9 || $0 >= 0x20 && $0 != 0x7F })
            else { throw refused("forbidden character in a header") }
        }
        return address
    }
}

extension OutgoingMail {
    /// Refuses what could smuggle a command or show the password.
    func check() throws(MailTransferError) {
        func refused(_ reason: String) -> MailTransferError { .permanent(code: 0, text: reason) }
        guard let address = Address(server, schemes: ["smtp", "smtps"]) else {
            throw refused("no smtp or smtps address")
        }
        guard !recipients.isEmpty else { throw refused("no recipients") }
        for mailbox in [from] + recipients {
            let isSafe = mailbox.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 60 && $0 != 62 }
            guard isSafe, !mailbox.isEmpty || mailbox == from else {
                throw refused("malformed address")
            }
        }
        if password != nil, protection == .none, address.scheme == "smtp" {
            throw refused("a password needs TLS")
        }
    }
}
