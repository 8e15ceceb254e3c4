package import Core
package import HTTPClient
package import Support
import Wire

/// The REST interface of VIES, the European Commission's window to the registers of VAT numbers.
///
/// A question needs no key. The registers are the members' own, and one or the other is closed on
/// most nights: an answer that none is to be had says nothing about the number.
package struct VIESClient: VATRegister {
    /// Where the real one is.
    package static let liveURL = "https://ec.europa.eu/taxation_customs/vies/rest-api"

    private let baseURL: String
    private let http: HTTPClient
    private let log: Log
    private let deadlineSeconds: Double

    package init(
        baseURL: String,
        http: HTTPClient,
        log: Log,
        deadlineSeconds: Double = 30
    ) {
        self.baseURL = baseURL
        self.http = http
        self.log = log
        self.deadlineSeconds = deadlineSeconds
    }

    package func check(_ number: VATNumber, for requester: VATNumber?) async throws -> VATAnswer {
        var question: JSON = [
            "countryCode": .string(number.prefix), "vatNumber": .string(number.body),
        ]
        if let requester {
            question = question.setting("requesterMemberStateCode", .string(requester.prefix))
                .setting("requesterNumber", .string(requester.body))
        }
        var request = OutgoingRequest("POST", "\(baseURL)/check-vat-number")
        request.headers = ["Content-Type": "application/json", "Accept": "application/json"]
        request.body = Array(question.text.utf8)
        request.deadlineSeconds = deadlineSeconds
        return try read(try await send(request))
    }

    private func send(_ request: OutgoingRequest) async throws -> IncomingAnswer {
        do {
            let answer = try await http.send(request)
            log.info("VIES answered", ["status": String(answer.status)])
            return answer
        } catch let error as TransferError {
            log.warning("VIES did not answer", ["error": "\(error)"])
            // A question has no effect, so that it does not matter whether it arrived.
            throw RemoteFailure.notSent(message: error.description)
        }
    }

    private func read(_ answer: IncomingAnswer) throws -> VATAnswer {
        let json = try? JSON(reading: answer.text)
        if let fault = json?["errorWrappers"]?.array?.first?["error"]?.string {
            return try VIESClient.answer(to: fault)
        }
        if answer.status == 429 {
            throw RemoteFailure.limited(retryAfterSeconds: answer.retryAfterSeconds)
        }
        guard answer.status == 200, let json, let isValid = json["valid"]?.bool else {
            throw RemoteFailure.notSent(
                message: "VIES answered HTTP \(answer.status) with something unreadable."
            )
        }
        return VATAnswer(
            isValid: isValid,
            name: VIESClient.told(json["name"]),
            address: VIESClient.told(json["address"]),
            consultation: VIESClient.told(json["requestIdentifier"])
        )
    }

    /// What VIES writes where a country tells nothing is a row of hyphens.
    private static func told(_ value: JSON?) -> String? {
        guard let text = value?.string, text.contains(where: { $0 != "-" && !$0.isWhitespace })
        else { return nil }
        return text.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: ", ")
    }

    /// What a fault says: the number cannot be one, or nothing.
    private static func answer(to fault: String) throws -> VATAnswer {
        switch fault {
        case "INVALID_INPUT": return VATAnswer(isValid: false)
        case "INVALID_REQUESTER_INFO", "VAT_BLOCKED", "IP_BLOCKED":
            throw RemoteFailure.refused(code: fault, message: "VIES refuses our questions.")
        case let fault where fault.contains("MAX_CONCURRENT_REQ"):
            throw RemoteFailure.limited(retryAfterSeconds: nil)
        default: throw RemoteFailure.notSent(message: "VIES answered \(fault).")
        }
    }
}
