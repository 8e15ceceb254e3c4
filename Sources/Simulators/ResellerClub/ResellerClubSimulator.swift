import Cryptography
import HTTPServer
import Support
import Wire

/// A simulated ResellerClub (LogicBoxes) account: customers, contacts, names and what they cost.
///
/// Labels tell it what to do: `taken…` belong to somebody else, `unknown…` to a registry that
/// cannot be asked, `premium…` cost more, and `pending…` are carried out by the second look.
package final class ResellerClubSimulator: Sendable {
    /// The reseller it knows unless told otherwise.
    package static let sandboxReseller = "100001"
    /// The reseller's key unless told otherwise.
    package static let sandboxKey = "rc_sandbox_key"

    package let host: SimulatorHost

    /// A simulator that is bound to a port; 0 picks one.
    package init(
        port: Int = 0,
        reseller: String = ResellerClubSimulator.sandboxReseller,
        key: String = ResellerClubSimulator.sandboxKey,
        settings: SimulatorSettings = SimulatorSettings()
    ) throws {
        let service = ResellerClubService(
            reseller: reseller,
            key: key,
            clock: settings.clock,
            ledger: try Kept(RegistrarLedger(), in: settings.books?.file("resellerclub"))
        )
        host = try SimulatorHost(
            service: service,
            port: port,
            address: HostAddress(),
            settings: settings
        )
    }

    /// Begins to answer.
    @discardableResult
    package func start() -> Self {
        host.start()
        return self
    }

    package func stop() async { await host.stop() }
}

/// What the simulated registrar answers.
private final class ResellerClubService: SimulatedService {
    private let ledger: Kept<RegistrarLedger>
    private let reseller: String
    private let key: String
    private let clock: BusinessClock

    init(reseller: String, key: String, clock: BusinessClock, ledger: Kept<RegistrarLedger>) {
        self.ledger = ledger
        self.reseller = reseller
        self.key = key
        self.clock = clock
    }

    var state: JSON { ledger.read { $0.state } }

    func reset() async { ledger.withLock { $0 = RegistrarLedger() } }

    func flush() { ledger.flush() }

    func failure(status: Int) -> HTTPResponse {
        switch status {
        case 400: Self.refusal("The sandbox was told to refuse this.")
        case 429: .json(["status": "ERROR", "message": "Too many requests"], status: 429)
        default: Self.refusal("An unexpected error occurred")
        }
    }

    /// `POST /_sandbox/balance` with `{"cents": 500}` sets what is left of the reseller's money.
    func control(_ request: HTTPRequest, _ path: String) async -> HTTPResponse? {
        guard request.method == "POST", path == "/balance" else { return nil }
        guard let cents = (try? JSON(reading: request.body))?["cents"]?.integer else {
            return .json(["error": "expected cents"], status: 422)
        }
        ledger.withLock { $0.balanceCents = cents }
        return .json(["balance_cents": .integer(cents)])
    }

    func answer(_ request: HTTPRequest, pausingSeconds: Double) async -> HTTPResponse {
        if pausingSeconds > 0 { try? await Task.sleep(for: .seconds(pausingSeconds)) }
        let call = RegistrarCall(fields: request.fields, now: clock.now)
        do throws(RegistrarError) {
            try authenticate(call)
            let answer = try act(request.method, request.path, call)
            return .json(answer)
        } catch {
            return Self.refusal(error.message)
        }
    }

    private static func refusal(_ message: String) -> HTTPResponse {
        .json(["status": "ERROR", "message": .string(message)], status: 500)
    }

    private func authenticate(_ call: RegistrarCall) throws(RegistrarError) {
        guard let user = call.fields["auth-userid"], let given = call.fields["api-key"] else {
            throw RegistrarError("Required authentication parameter missing")
        }
        guard user == reseller, constantTimeEqual(given, key) else {
            throw RegistrarError(
                "Invalid credentials OR User account maybe Inactive or Suspended"
            )
        }
    }

    private func act(
        _ method: String,
        _ path: String,
        _ call: RegistrarCall
    ) throws(RegistrarError) -> JSON {
        let name = path.replacing("/api/", with: "").replacing(".json", with: "")
        // Writes over GET work on the test host alone, so a driver must not rely on it.
        let isWrite = Self.writes.contains(name)
        guard method == (isWrite ? "POST" : "GET") else {
            throw RegistrarError("Method \(method) is not allowed for \(name)")
        }
        return try ledger.withLock { ledger throws(RegistrarError) in
            try Self.act(name, call, on: &ledger)
        }
    }

    private static let writes: Set<String> = [
        "customers/signup", "customers/v2/signup", "contacts/add", "domains/register",
        "domains/transfer", "domains/renew",
    ]

    private static func act(
        _ name: String,
        _ call: RegistrarCall,
        on ledger: inout RegistrarLedger
    ) throws(RegistrarError) -> JSON {
        switch name {
        case "customers/signup", "customers/v2/signup": return try ledger.signUp(call)
        case "customers/details": return try ledger.customerDetails(call, byID: false)
        case "customers/details-by-id": return try ledger.customerDetails(call, byID: true)
        case "contacts/add": return try ledger.addContact(call)
        case "contacts/details": return try ledger.contactDetails(call)
        case "domains/available": return try ledger.availability(call)
        case "domains/v5/suggest-names": return try ledger.suggestions(call)
        case "domains/register": return try ledger.register(call)
        case "domains/transfer": return try ledger.transfer(call)
        case "domains/renew": return try ledger.renew(call)
        case "domains/validate-transfer": return try ledger.validateTransfer(call)
        case "domains/orderid": return try ledger.orderID(call)
        case "domains/details": return try ledger.details(call, byName: false)
        case "domains/details-by-name": return try ledger.details(call, byName: true)
        case "billing/reseller-balance": return ledger.balanceReport
        case "products/reseller-cost-price": return RegistrarPrices.json
        case "products/category-keys-mapping": return RegistrarPrices.products
        case "resellers/details":
            return [
                "resellerid": .string(try call.text("reseller-id")),
                "sellingcurrencysymbol": "USD", "parentsellingcurrencysymbol": "USD",
            ]
        default: throw RegistrarError("Invalid request: there is no \(name)")
        }
    }
}
