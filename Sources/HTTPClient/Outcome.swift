import CCurl
import Wire

extension Transfer {
    /// Gives the one who waits what has become of the errand.
    func conclude(_ code: CURLcode) {
        switch errand {
        case .request(let request, let continuation):
            continuation.resume(with: answer(to: request, code))
        case .mail(_, let continuation):
            continuation.resume(with: mailResult(code))
        }
    }

    /// Gives up an errand that was cancelled.
    func abandon() {
        switch errand {
        case .request(let request, let continuation):
            let error = error(.cancelled, request, "cancelled", mayHaveArrived: hasSent)
            continuation.resume(throwing: error)
        case .mail(_, let continuation):
            continuation.resume(
                throwing: isWhollyRead
                    ? MailTransferError.unknown : .notConnected(text: "cancelled")
            )
        }
    }

    // MARK: Requests

    /// Whether a byte of the request was given to the connection.
    private var hasSent: Bool {
        number(CURLINFO_REQUEST_SIZE) > 0 || size(CURLINFO_SIZE_UPLOAD_T) > 0
    }

    private func answer(
        to request: OutgoingRequest,
        _ code: CURLcode
    ) -> Result<IncomingAnswer, any Error> {
        guard code == CURLE_OK else { return .failure(failure(of: request, code)) }
        var headers = HTTPHeaders()
        for line in headerLines.lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...]
            headers.append(String(line[..<colon]), value.trimmed)
        }
        let status = number(CURLINFO_RESPONSE_CODE)
        return .success(IncomingAnswer(status: status, headers: headers, body: body))
    }

    private func failure(of request: OutgoingRequest, _ code: CURLcode) -> TransferError {
        let reason = unsafe String(cString: curl_easy_strerror(code))
        if isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
            return error(.tooLarge, request, "answer too large", mayHaveArrived: true)
        }
        switch code {
        // The latter also means an answer that is no HTTP.
        case CURLE_URL_MALFORMAT where !hasSent, CURLE_UNSUPPORTED_PROTOCOL where !hasSent:
            return error(.invalidURL, request, reason, mayHaveArrived: false)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return error(.untrusted, request, reason, mayHaveArrived: false)
        case CURLE_OPERATION_TIMEDOUT where isConnected:
            return error(.timedOut, request, reason, mayHaveArrived: hasSent)
        case _ where !hasSent:
            return error(.notConnected, request, reason, mayHaveArrived: false)
        default:
            return error(.lost, request, reason, mayHaveArrived: true)
        }
    }

    /// Whether the connection stood, TLS included.
    private var isConnected: Bool { size(CURLINFO_PRETRANSFER_TIME_T) > 0 }

    private func error(
        _ kind: TransferError.Kind,
        _ request: OutgoingRequest,
        _ reason: String,
        mayHaveArrived: Bool
    ) -> TransferError {
        let host = Address(request.url, schemes: ["http", "https"])?.host ?? "?"
        return TransferError(
            kind: kind,
            mayHaveArrived: mayHaveArrived,
            description: "\(request.method) \(host): \(kind.rawValue): \(reason)"
        )
    }

    // MARK: Mail

    private func mailResult(_ code: CURLcode) -> Result<Void, any Error> {
        if code == CURLE_OK { return .success(()) }
        let reason = unsafe String(cString: curl_easy_strerror(code))
        // curl says goodbye after a failure; the reply to that is not the one that matters.
        let replies = headerLines.lines.filter { $0.utf8.count >= 3 && !$0.hasPrefix("221") }
        let reply = replies.last ?? ""
        let replyCode = Int(reply.prefix(3)) ?? 0
        let text = String(reply.dropFirst(4).prefix(300))
        // 354 is the invitation to send the message: no reply has come since.
        if isWhollyRead, replyCode == 354 { return .failure(MailTransferError.unknown) }
        switch replyCode {
        case 400..<500:
            return .failure(MailTransferError.temporary(code: replyCode, text: text))
        case 500..<600:
            return .failure(MailTransferError.permanent(code: replyCode, text: text))
        default:
            return .failure(MailTransferError.notConnected(text: reason))
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
