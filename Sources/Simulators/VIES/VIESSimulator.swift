import HTTPServer
import Support
import Wire

/// A simulated VIES, the European Commission's window to the registers of VAT numbers.
///
/// It knows every number that a country could give, unless it is told otherwise: `POST
/// /_sandbox/numbers` with `{"number": "DE136695976", "valid": false}` strikes one off, and with a
/// `name` and an `address` says whose it is.
package final class VIESSimulator: Sendable {
    package let host: SimulatorHost

    /// A simulator that is bound to a port; 0 picks one.
    package init(port: Int = 0, settings: SimulatorSettings = SimulatorSettings()) throws {
        let service = VIESService(
            clock: settings.clock,
            register: try Kept(VIESRegister(), in: settings.books?.file("vies"))
        )
        host = try SimulatorHost(
            service: service,
            port: port,
            address: HostAddress(),
            settings: settings
        )
    }

    /// Where its REST interface is.
    package var restURL: String { host.baseURL + VIESService.path }

    /// Begins to answer.
    @discardableResult
    package func start() -> Self {
        host.start()
        return self
    }

    package func stop() async { await host.stop() }
}

/// What the registers hold that is out of the ordinary, and how often they were asked.
private struct VIESRegister: Codable, Sendable {
    struct Entry: Codable, Sendable {
        var isValid: Bool
        var name: String?
        var address: String?
    }

    var entries: [String: Entry] = [:]
    var questions = 0

    var json: JSON {
        let numbers = entries.sorted { $0.key < $1.key }.map { number, entry -> JSON in
            ["number": .string(number), "valid": .bool(entry.isValid)]
        }
        return ["questions": .integer(Int64(questions)), "numbers": .array(numbers)]
    }
}

private final class VIESService: SimulatedService {
    static let path = "/taxation_customs/vies/rest-api"
    /// Whose registers VIES asks; Greece is EL, and Northern Ireland XI.
    private static let members: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
    ]

    private let clock: BusinessClock
    private let register: Kept<VIESRegister>

    init(clock: BusinessClock, register: Kept<VIESRegister>) {
        self.clock = clock
        self.register = register
    }

    var state: JSON { register.read { $0.json } }

    func reset() async { register.withLock { $0 = VIESRegister() } }

    func flush() { register.flush() }

    func failure(status: Int) -> HTTPResponse {
        switch status {
        case 400: Self.fault("VAT_BLOCKED", status: 400)
        case 429: Self.fault("GLOBAL_MAX_CONCURRENT_REQ", status: 500)
        default: Self.fault("MS_UNAVAILABLE", status: 500)
        }
    }

    func answer(_ request: HTTPRequest, pausingSeconds: Double) async -> HTTPResponse {
        if pausingSeconds > 0 { try? await Task.sleep(for: .seconds(pausingSeconds)) }
        guard request.path == Self.path + "/check-vat-number" else {
            return .json(["error": "Not Found"], status: 404)
        }
        guard request.method == "POST" else {
            return .json(["error": "Method Not Allowed"], status: 405)
        }
        guard let body = try? JSON(reading: request.body),
            let country = body["countryCode"]?.string, Self.members.contains(country),
            let number = body["vatNumber"]?.string, Self.isNumber(number)
        else { return Self.fault("INVALID_INPUT", status: 400) }
        guard Self.knowsRequester(body) else {
            return Self.fault("INVALID_REQUESTER_INFO", status: 400)
        }
        return .json(look(country, number, asks: body["requesterNumber"]?.string != nil))
    }

    private func look(_ country: String, _ number: String, asks: Bool) -> JSON {
        let (entry, question) = register.withLock { register in
            register.questions += 1
            return (register.entries[country + number], register.questions)
        }
        let isValid = entry?.isValid ?? true
        return [
            "countryCode": .string(country), "vatNumber": .string(number),
            "requestDate": .string(clock.now.rfc3339), "valid": .bool(isValid),
            "requestIdentifier": .string(asks && isValid ? "WAPIAAAA\(100_000 + question)" : ""),
            // Germany and Spain tell nobody whose a number is.
            "name": .string(entry?.name ?? "---"), "address": .string(entry?.address ?? "---"),
            "traderName": "---", "traderStreet": "---", "traderPostalCode": "---",
            "traderCity": "---", "traderCompanyType": "---", "traderNameMatch": "NOT_PROCESSED",
            "traderStreetMatch": "NOT_PROCESSED", "traderPostalCodeMatch": "NOT_PROCESSED",
            "traderCityMatch": "NOT_PROCESSED", "traderCompanyTypeMatch": "NOT_PROCESSED",
        ]
    }

    func control(_ request: HTTPRequest, _ path: String) async -> HTTPResponse? {
        guard request.method == "POST", path == "/numbers" else { return nil }
        guard let body = try? JSON(reading: request.body), let number = body["number"]?.string,
            let isValid = body["valid"]?.bool
        else { return .json(["error": "expected number and valid"], status: 422) }
        register.withLock {
            $0.entries[number] = VIESRegister.Entry(
                isValid: isValid,
                name: body["name"]?.string,
                address: body["address"]?.string
            )
        }
        return .json(["number": .string(number), "valid": .bool(isValid)], status: 201)
    }

    /// Who asks says both who and where they are, or neither.
    private static func knowsRequester(_ body: JSON) -> Bool {
        switch (body["requesterMemberStateCode"]?.string, body["requesterNumber"]?.string) {
        case (nil, nil): true
        case (let country?, let number?): members.contains(country) && isNumber(number)
        default: false
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        (2...12).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || $0 == 42 || $0 == 43
            }
    }

    private static func fault(_ name: String, status: Int) -> HTTPResponse {
        .json(
            ["actionSucceed": false, "errorWrappers": [["error": .string(name)]]],
            status: status
        )
    }
}
