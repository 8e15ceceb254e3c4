import Core
import HTTPClient
import HTTPServer
import Simulators
import Support
import Testing
import VIESGateway
import Wire

@Suite struct VIESTests {
    private let http = HTTPClient(log: .silent, userAgent: "GatewayTests")
    private let number: VATNumber

    init() throws { number = try VATNumber("FR40303265045") }

    private func withVIES(
        _ test: (VIESClient, VIESSimulator) async throws -> Void
    ) async throws {
        var settings = SimulatorSettings()
        settings.silenceSeconds = 4
        let simulator = try VIESSimulator(settings: settings).start()
        let client = VIESClient(
            baseURL: simulator.restURL,
            http: http,
            log: .silent,
            deadlineSeconds: 2
        )
        try await test(client, simulator)
        await simulator.stop()
        http.close()
    }

    private func tell(_ body: JSON, _ simulator: VIESSimulator) async throws {
        let answer = try await http.send(
            OutgoingRequest(
                "POST",
                simulator.host.baseURL + "/_sandbox/numbers",
                headers: ["Content-Type": "application/json"],
                body: body.bytes
            )
        )
        try #require(answer.status == 201, "\(answer.text)")
    }

    @Test func `a number is known, with its holder where the country tells`() async throws {
        try await withVIES { client, simulator in
            let plain = try await client.check(number, for: nil)
            #expect(plain == VATAnswer(isValid: true))
            try await tell(
                [
                    "number": "FR40303265045", "valid": true, "name": "SA Exemple",
                    "address": "1 Rue Un\n75001 PARIS\n",
                ],
                simulator
            )
            let answer = try await client.check(number, for: try VATNumber("DE136695976"))
            #expect(answer.name == "SA Exemple")
            #expect(answer.address == "1 Rue Un, 75001 PARIS")
            #expect(answer.consultation?.isEmpty == false)
        }
    }

    @Test func `a number that nobody has is not valid`() async throws {
        try await withVIES { client, simulator in
            try await tell(["number": "FR40303265045", "valid": false], simulator)
            #expect(try await client.check(number, for: nil) == VATAnswer(isValid: false))
            // Northern Ireland's numbers are asked for with letters of their own.
            #expect(try await client.check(try VATNumber("XI432525179"), for: nil).isValid)
            #expect(try await client.check(try VATNumber("EL094259216"), for: nil).isValid)
        }
    }

    @Test(arguments: [
        FaultMode.refuse, .timeoutBefore, .timeoutAfter, .internalError, .rateLimit, .garbage,
    ])
    func `a register that is closed says nothing of the number`(mode: FaultMode) async throws {
        try await withVIES { client, simulator in
            simulator.host.faults.add(Fault("POST /", mode))
            let failure = await #expect(throws: RemoteFailure.self) {
                try await client.check(number, for: nil)
            }
            #expect(failure?.isTemporary == true)
            let answer = try await client.check(number, for: nil)
            #expect(answer.isValid)
        }
    }

    @Test func `a register that refuses us is no matter of the number`() async throws {
        try await withVIES { client, simulator in
            simulator.host.faults.add(Fault("POST /", .reject))
            let failure = await #expect(throws: RemoteFailure.self) {
                try await client.check(number, for: nil)
            }
            #expect(failure?.isTemporary == false)
        }
    }

    @Test(
        arguments: [
            ["countryCode": "GB", "vatNumber": "123456789"],
            ["countryCode": "GR", "vatNumber": "094259216"],
            ["countryCode": "FR", "vatNumber": "4030 3265045"], ["countryCode": "FR"],
        ] as [JSON]
    )
    func `the simulator refuses what VIES refuses`(body: JSON) async throws {
        try await withVIES { _, simulator in
            let answer = try await http.send(
                OutgoingRequest(
                    "POST",
                    simulator.restURL + "/check-vat-number",
                    headers: ["Content-Type": "application/json"],
                    body: body.bytes
                )
            )
            #expect(answer.status == 400)
            let json = try JSON(reading: answer.text)
            #expect(json["actionSucceed"] == false)
            #expect(json["errorWrappers"]?[0]?["error"] == "INVALID_INPUT")
        }
    }
}
