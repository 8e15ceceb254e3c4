import HTTPServer
import Wire

// The controls under `/_sandbox` that only Stripe's simulator has.
extension StripeService {
    func control(_ request: HTTPRequest, _ path: String) async -> HTTPResponse? {
        let parts = path.split(separator: "/").map(String.init)
        let body = (try? JSON(reading: request.body)) ?? [:]
        switch (request.method, parts) {
        case ("GET", ["webhooks"]): return .json(webhooks.state)
        case ("POST", ["webhooks"]):
            guard let mode = body["mode"]?.string.flatMap(StripeWebhookMode.init(rawValue:))
            else { return .json(["error": "mode is unknown"], status: 422) }
            webhooks.setMode(mode)
            return .json(webhooks.state)
        case ("POST", ["webhooks", "redeliver"]):
            let event = body["event_id"]?.string ?? body["event"]?.string
            let count = webhooks.redeliver(event: event, all: body["all"]?.bool ?? false)
            return .json(["redelivered": .integer(Int64(count))])
        case ("POST", ["fees"]):
            let holds = body["mode"]?.string == "hold"
            act { books, call in books.holdFees(holds, call) }
            return .json(["holds": .bool(holds)])
        case ("POST", ["settlement"]):
            guard let settlement = StripeSettlement(body) else {
                return .json(["error": "currency or per_mille is unknown"], status: 422)
            }
            act { books, _ in books.settlement = settlement }
            return .json(body)
        default: return controlObject(request.method, parts, body)
        }
    }

    private func controlObject(
        _ method: String,
        _ parts: [String],
        _ body: JSON
    ) -> HTTPResponse? {
        guard method == "POST", parts.count >= 3 else { return nil }
        if parts.count == 4, parts[0] == "checkout", parts[1] == "sessions",
            parts[3] == "complete"
        {
            return completeCheckout(parts[2], body)
        }
        guard parts.count == 3 else { return nil }
        if parts[2] == "authenticate" {
            let succeeds = body["success"]?.bool ?? true
            let json = act { books, call in
                _ = books.answerAuthentication(parts[1], succeeds: succeeds, call)
                return books.object(parts[1])
            }
            return json.map { .json($0) } ?? .json(["error": "no such intent"], status: 404)
        }
        if parts[0] == "payment_intents", ["settle", "fail"].contains(parts[2]) {
            return act { books, call in
                do throws(StripeError) {
                    return .json(try books.endDebit(parts[1], succeeds: parts[2] == "settle", call))
                } catch {
                    return .json(error.body, status: error.status)
                }
            }
        }
        if let answer = controlDispute(parts, body) { return answer }
        if parts[0] == "payouts", parts[2] == "fail" {
            let code = body["code"]?.string ?? "account_closed"
            return act { books, call in
                do throws(StripeError) {
                    return .json(try books.failPayout(parts[1], code: code, call))
                } catch {
                    return .json(error.body, status: error.status)
                }
            }
        }
        guard parts[0] == "refunds", ["settle", "fail"].contains(parts[2]) else { return nil }
        let reason = parts[2] == "fail" ? body["reason"]?.string ?? "unknown" : nil
        return act { books, call in
            do throws(StripeError) {
                return .json(try books.settleRefund(parts[1], failing: reason, call))
            } catch {
                return .json(error.body, status: error.status)
            }
        }
    }

    /// A bank begins to dispute a charge, goes on with it, or decides.
    private func controlDispute(_ parts: [String], _ body: JSON) -> HTTPResponse? {
        let id = parts[1]
        let isOpening =
            ["charges", "payment_intents"].contains(parts[0]) && parts[2] == "dispute"
        guard isOpening || parts[0] == "disputes" else { return nil }
        let wish = TestCard.Dispute(
            reason: body["reason"]?.string ?? "fraudulent",
            isInquiry: body["inquiry"]?.bool ?? false
        )
        let end = StripeDisputeEnd.won(returningFee: body["return_fee"]?.bool ?? false)
        return act { books, call in
            do throws(StripeError) {
                let dispute =
                    switch parts[2] {
                    case "dispute":
                        try books.openDispute(
                            of: id,
                            wish,
                            amount: body["amount"]?.integer,
                            call
                        )
                    case "review": try books.reviewDispute(id, call)
                    case "escalate": try books.escalateDispute(id, call)
                    case "win": try books.endDispute(id, end, call)
                    case "lose": try books.endDispute(id, .lost, call)
                    case "reinstate":
                        try books.reinstatePart(body["amount"]?.integer ?? 0, of: id, call)
                    default: throw .noSuch("control", parts[2], param: "control", inPath: true)
                    }
                return .json(dispute)
            } catch {
                return .json(error.body, status: error.status)
            }
        }
    }

    private func completeCheckout(_ id: String, _ body: JSON) -> HTTPResponse {
        let result = completeCheckout(
            id,
            body["card"]?.string ?? "4242424242424242",
            body["email"]?.string,
            body["authenticate"]?.bool ?? true
        )
        if result["gone"] != nil {
            return .json(result, status: result["id"] == nil ? 404 : 409)
        }
        return .json(result, status: result["declined"] == nil ? 200 : 402)
    }

    /// Fills in the hosted page and, when the bank asks, the 3-D Secure page.
    func completeCheckout(
        _ id: String,
        _ card: String,
        _ email: String?,
        _ authenticates: Bool?
    ) -> JSON {
        act { books, call in
            let form = StripePageForm(card: card, email: email)
            var outcome = books.submit(id, form, call)
            if case .authenticate(let intent) = outcome, let authenticates {
                outcome = books.answerAuthentication(intent, succeeds: authenticates, call)
            }
            let session = books.sessions[id]?.json ?? [:]
            return switch outcome {
            case .complete(let url): session.setting("redirect", .string(url))
            case .authenticate(let intent):
                session.setting("authenticate", .string("\(call.baseURL)/c/authenticate/\(intent)"))
            case .declined(let message): session.setting("declined", .string(message))
            case .gone(let message): session.setting("gone", .string(message))
            }
        }
    }
}
