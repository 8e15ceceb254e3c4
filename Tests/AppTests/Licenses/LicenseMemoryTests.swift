import Core
import Foundation
import Support
import Testing

@testable import App

@Suite struct LicenseMemoryTests {
    private let license = LicenseMemoryTests.license(
        [UInt8](repeating: 7, count: 32),
        accounts: 1
    )
    private let unknown = KeyHash([UInt8](repeating: 9, count: 32))

    private static func license(_ keyHash: [UInt8], accounts: Int64?) -> KnownLicense {
        KnownLicense(
            id: ID(UUID(version7At: .now, high: 1, low: UInt64(keyHash[31]))),
            keyHash: KeyHash(keyHash),
            terms: LicenseTerms(
                status: .active,
                expiresAt: nil,
                quotas: Quotas(accounts: accounts, domains: 1, databases: 1, emails: 1),
                used: UsedQuotas([:])
            )
        )
    }

    private func loaded(with licenses: [KnownLicense]? = nil) -> LicenseMemory {
        var memory = LicenseMemory()
        memory.replaceAll(with: table(licenses ?? [license]), [], connection: 1, upTo: 0)
        return memory
    }

    private func table(_ licenses: [KnownLicense]) -> LicenseTable {
        var table = LicenseTable()
        for license in licenses { table.remember(license) }
        return table
    }

    @Test func `an empty memory is sure of nothing`() {
        #expect(LicenseMemory().license(unknown, connection: 1).isUnsure)
        #expect(LicenseMemory().panelKey("npk_x", connection: 1).isUnsure)
        #expect(LicenseMemory().work(connection: 1, most: 5)?.work == .everything)
        #expect(LicenseMemory().work(connection: nil, most: 5) == nil)
    }

    @Test func `a loaded memory knows what is there and what is not`() {
        let memory = loaded()
        #expect(memory.license(license.keyHash, connection: 1).value == license)
        #expect(memory.license(unknown, connection: 1).isKnownAbsence)
        #expect(memory.work(connection: 1, most: 5) == nil)
    }

    @Test func `licences have the terms of their own plans, also once one has changed`() {
        let other = LicenseMemoryTests.license([UInt8](repeating: 8, count: 32), accounts: nil)
        var memory = loaded(with: [license, other])
        #expect(memory.license(license.keyHash, connection: 1).value == license)
        #expect(memory.license(other.keyHash, connection: 1).value == other)
        let larger = LicenseMemoryTests.license([UInt8](repeating: 7, count: 32), accounts: 5)
        memory.replace([.license(license.id)], with: [larger], [], upTo: 0)
        #expect(memory.license(license.keyHash, connection: 1).value == larger)
        #expect(memory.license(other.keyHash, connection: 1).value == other)
        #expect(memory.licenseCount == 2)
    }

    @Test func `of two licences whose hashes begin alike one is asked of the database`() {
        let alike = [UInt8](repeating: 7, count: 31) + [8]
        let memory = loaded(with: [license, LicenseMemoryTests.license(alike, accounts: 3)])
        #expect(memory.license(license.keyHash, connection: 1).isUnsure)
        #expect(memory.license(KeyHash(alike), connection: 1).value?.keyHash == KeyHash(alike))
    }

    @Test func `on another connection for notices, or none, nothing is sure`() {
        let memory = loaded()
        #expect(memory.license(license.keyHash, connection: 2).isUnsure)
        #expect(memory.license(license.keyHash, connection: nil).isUnsure)
        #expect(memory.work(connection: 2, most: 5)?.work == .everything)
    }

    @Test func `a noted licence is asked of the database until it was read after the note`() {
        var memory = loaded()
        memory.note(.license(license.id))
        #expect(memory.license(license.keyHash, connection: 1).isUnsure)
        #expect(memory.license(unknown, connection: 1).isUnsure)
        let first = memory.work(connection: 1, most: 5)
        memory.note(.license(license.id))
        memory.replace([.license(license.id)], with: [license], [], upTo: first?.upTo ?? 0)
        #expect(memory.license(license.keyHash, connection: 1).isUnsure)
        let second = memory.work(connection: 1, most: 5)
        memory.replace([.license(license.id)], with: [license], [], upTo: second?.upTo ?? 0)
        #expect(memory.license(license.keyHash, connection: 1).value == license)
        #expect(memory.license(unknown, connection: 1).isKnownAbsence)
    }

    @Test func `a note about everything during the reading of everything is not lost`() {
        var memory = loaded()
        memory.note(nil)
        let work = memory.work(connection: 1, most: 5)
        memory.note(nil)
        memory.replaceAll(with: table([license]), [], connection: 1, upTo: work?.upTo ?? 0)
        #expect(memory.license(license.keyHash, connection: 1).isUnsure)
        #expect(memory.work(connection: 1, most: 5)?.work == .everything)
    }

    @Test(arguments: ["", "license", "license:", "license:1", "order:\(UUID().uuidString)"])
    func `a payload that is not understood means that anything may have changed`(text: String) {
        #expect(LicenseChange(payload: text) == nil)
    }
}

extension Remembered {
    fileprivate var isUnsure: Bool { if case .unsure = self { true } else { false } }
    fileprivate var isKnownAbsence: Bool { if case .known(nil) = self { true } else { false } }
    fileprivate var value: Value? { if case .known(let value) = self { value } else { nil } }
}
