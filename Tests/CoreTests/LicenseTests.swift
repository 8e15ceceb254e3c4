import Core
import Foundation
import Testing

@Suite struct LicenseKeyTests {
    @Test func `a key is made of all its random bits`() {
        var numbers = SeededNumbers(seed: 3)
        var seen: Set<String> = []
        for _ in 0..<500 {
            let bytes = (0..<10).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            let key = LicenseKey(randomBytes: bytes)
            #expect(key.text.wholeMatch(of: #/NP(-[A-HJ-NP-Z2-9]{4}){4}/#) != nil, "\(key.text)")
            #expect(LicenseKey(key.text) == key)
            #expect(LicenseKey(key.text.lowercased()) == key)
            seen.insert(key.text)
        }
        #expect(seen.count == 500)
    }

    @Test func `every bit changes the key`() {
        let keys = (0..<80).map { bit in
            var bytes = [UInt8](repeating: 0, count: 10)
            bytes[bit / 8] = 1 << UInt8(bit % 8)
            return LicenseKey(randomBytes: bytes).text
        }
        #expect(Set(keys).count == 80)
        #expect(LicenseKey(randomBytes: [UInt8](repeating: 0, count: 10)).text.hasSuffix("AAAA"))
        #expect(LicenseKey(randomBytes: [UInt8](repeating: 255, count: 10)).text.hasSuffix("9999"))
    }

    @Test(arguments: ["NP-ABCD-EFGH-JKLM-NPQR", "NP-ABCD-EFGH-2345", "np-abcd-efgh-jklm-npqr"])
    func `a key of four or three groups is read in either case`(text: String) {
        #expect(LicenseKey(text)?.text == text.uppercased())
    }

    @Test(arguments: [
        "", "NP", "NP-", "NP-ABCD", "NP-ABCD-EFGH", "NP-ABCD-EFGH-JKLM-NPQR-STUV",
        "ABCD-EFGH-JKLM-NPQR", "XX-ABCD-EFGH-JKLM-NPQR", "NP-ABC-EFGH-JKLM-NPQR",
        "NP-ABCDE-FGH-JKLM-NPQR", "NP-ABC0-EFGH-JKLM-NPQR", "NP-ABC1-EFGH-JKLM-NPQR",
        "NP-ABCI-EFGH-JKLM-NPQR", "NP-ABCO-EFGH-JKLM-NPQR", "NP ABCD EFGH JKLM NPQR",
        "NP-ABCD-EFGH-JKLM-NPQR ", "NP-ABCD-EFGH-JKLM-NPQ\u{0}", "NP--EFGH-JKLM-NPQR",
        "NP-ÄBC-EFGH-JKLM-NPQR", "NP-ＡＢＣＤ-EFGH-JKLM-NPQR",
        "NP-ABCD-EFGH-JKLM-NPß", "NP-ABCD-EFGH-JKLM-NPﬀ", "NP-\u{212A}BCD-EFGH-JKLM-NPQR",
    ])
    func `what cannot be a key is refused`(text: String) {
        #expect(LicenseKey(text) == nil)
    }

    @Test func `a masked key shows its last group alone`() throws {
        let key = try #require(LicenseKey("NP-ABCD-EFGH-JKLM-NPQR"))
        #expect(key.hint == "NPQR")
        #expect(LicenseKey.masked(hint: key.hint) == "NP-••••-••••-••••-NPQR")
    }

    @Test func `a key of too few bits ends the process`() async {
        await #expect(processExitsWith: .failure) { _ = LicenseKey(randomBytes: [1, 2, 3]) }
    }
}

@Suite struct LicenseDecisionTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func terms(
        _ status: LicenseStatus = .active,
        expires: Double? = 60,
        databases: Int64? = 5,
        used: Int64? = 0
    ) -> LicenseTerms {
        LicenseTerms(
            status: status,
            expiresAt: expires.map { LicenseDecisionTests.now.addingTimeInterval($0) },
            quotas: Quotas(accounts: 1, domains: nil, databases: databases, emails: 0),
            used: UsedQuotas(used.map { [.databases: $0] } ?? [:])
        )
    }

    private func decide(
        _ terms: LicenseTerms?,
        _ feature: LicensedFeature? = .createDatabase,
        quantity: Int64 = 1
    ) -> LicenseDecision {
        LicenseDecision(terms, feature: feature, quantity: quantity, now: LicenseDecisionTests.now)
    }

    @Test func `an unknown licence is not found`() {
        #expect(decide(nil) == .notFound)
        #expect(decide(nil, nil) == .notFound)
    }

    @Test(
        arguments: [
            (LicenseStatus.suspended, LicenseDecision.suspended), (.cancelled, .cancelled),
            (.expired, .expired),
        ] as [(LicenseStatus, LicenseDecision)]
    )
    func `a licence that is not active is refused for its own reason`(
        status: LicenseStatus,
        decision: LicenseDecision
    ) {
        #expect(decide(terms(status)) == decision)
        #expect(decide(terms(status, expires: -60)) == decision)
        #expect(decide(terms(status), nil) == decision)
        #expect(decide(terms(status), .createDomain) == decision)
    }

    @Test(arguments: [(-1.0, true), (0, true), (0.001, false), (1, false)])
    func `a licence ends at its moment and not before`(seconds: Double, isOver: Bool) {
        let decision = decide(terms(expires: seconds))
        #expect(decision == (isOver ? .expired : .allowed(remaining: 5)))
    }

    @Test func `a licence without an end goes on`() {
        #expect(decide(terms(expires: nil)) == .allowed(remaining: 5))
    }

    @Test(
        arguments: [
            (0, 1, LicenseDecision.allowed(remaining: 5)), (4, 1, .allowed(remaining: 1)),
            (5, 1, .quotaExceeded(remaining: 0)), (4, 2, .quotaExceeded(remaining: 1)),
            (0, 5, .allowed(remaining: 5)), (0, 6, .quotaExceeded(remaining: 5)),
            (9, 1, .quotaExceeded(remaining: 0)), (0, Int64.max, .quotaExceeded(remaining: 5)),
            (5, 0, .allowed(remaining: 0)),
        ] as [(Int64, Int64, LicenseDecision)]
    )
    func `a quota allows what is left of it`(
        used: Int64,
        quantity: Int64,
        decision: LicenseDecision
    ) {
        #expect(decide(terms(used: used), quantity: quantity) == decision)
    }

    @Test func `what was never counted is unused`() {
        #expect(decide(terms(used: nil)) == .allowed(remaining: 5))
    }

    @Test func `a quota of nothing allows nothing, and no quota allows everything`() {
        #expect(decide(terms(), .createEmail) == .quotaExceeded(remaining: 0))
        #expect(decide(terms(), .createDomain, quantity: .max) == .allowed(remaining: nil))
    }

    @Test func `an unknown feature of a good licence is refused as such`() {
        #expect(decide(terms(), nil) == .unknownFeature)
        #expect(decide(terms(expires: -1), nil) == .expired)
    }

    @Test(arguments: zip(LicensedFeature.allCases, LicensedResource.allCases))
    func `each feature uses its own resource`(
        feature: LicensedFeature,
        resource: LicensedResource
    ) {
        #expect(feature.resource == resource)
        let quotas = Quotas(accounts: 1, domains: 2, databases: 3, emails: 4)
        let place = LicensedResource.allCases.firstIndex(of: resource) ?? -2
        #expect(quotas[resource] == Int64(place + 1))
    }
}
