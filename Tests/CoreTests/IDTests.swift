import Core
import Foundation
import Testing

@Suite struct IDTests {
    private static let sample = "inv_01h2xcejqtf2nbrexx3vqjhp41"

    private func uuid(_ numbers: inout SeededNumbers) -> UUID {
        let (a, b) = (numbers.next(), numbers.next())
        func byte(_ word: UInt64, _ place: UInt64) -> UInt8 {
            UInt8(truncatingIfNeeded: word >> (8 * place))
        }
        return UUID(
            uuid: (
                byte(a, 0), byte(a, 1), byte(a, 2), byte(a, 3), byte(a, 4), byte(a, 5),
                byte(a, 6), byte(a, 7), byte(b, 0), byte(b, 1), byte(b, 2), byte(b, 3),
                byte(b, 4), byte(b, 5), byte(b, 6), byte(b, 7)
            )
        )
    }

    @Test func `an identifier comes back from its text`() {
        var numbers = SeededNumbers(seed: 7)
        for _ in 0..<1_000 {
            let id = ID<Invoice>(uuid(&numbers))
            #expect(ID<Invoice>(id.text) == id)
            #expect(id.text.utf8.count == 30 && id.text.hasPrefix("inv_"))
        }
    }

    @Test(arguments: [
        ("00000000-0000-0000-0000-000000000000", "inv_00000000000000000000000000"),
        ("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "inv_7zzzzzzzzzzzzzzzzzzzzzzzzz"),
        ("00000000-0000-0000-0000-000000000021", "inv_00000000000000000000000011"),
        ("80000000-0000-0000-0000-000000000000", "inv_40000000000000000000000000"),
    ])
    func `the text is the 128 bits in base 32`(uuid: String, text: String) throws {
        let id = ID<Invoice>(try #require(UUID(uuidString: uuid)))
        #expect(id.text == text)
        #expect(ID<Invoice>(text) == id)
        #expect("\(id)" == text)
    }

    @Test func `texts sort as their identifiers do`() {
        var numbers = SeededNumbers(seed: 9)
        let ids = (0..<300).map { _ in ID<Order>(uuid(&numbers)) }
        let byText = ids.sorted { $0.text < $1.text }
        let byBytes = ids.sorted { $0.uuid.uuidString < $1.uuid.uuidString }
        #expect(byText == byBytes)
    }

    @Test(arguments: [
        "", "inv", "inv_", "inv_01h2xcejqtf2nbrexx3vqjhp4", "inv_01h2xcejqtf2nbrexx3vqjhp411",
        "ord_01h2xcejqtf2nbrexx3vqjhp41", "01h2xcejqtf2nbrexx3vqjhp41",
        "INV_01h2xcejqtf2nbrexx3vqjhp41", "inv_01H2XCEJQTF2NBREXX3VQJHP41",
        "inv_81h2xcejqtf2nbrexx3vqjhp41", "inv_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "inv_01h2xcejqtf2nbrexx3vqjhp4i", "inv_01h2xcejqtf2nbrexx3vqjhp4l",
        "inv_01h2xcejqtf2nbrexx3vqjhp4o", "inv_01h2xcejqtf2nbrexx3vqjhp4u",
        "inv_01h2xcejqtf2nbrexx3vqjhp4 ", " inv_01h2xcejqtf2nbrexx3vqjhp41",
        "inv_01h2xcejqtf2nbrexx3vqjhp4\u{0}", "inv_01h2xcejqtf2nbrexx3vqjhp4é",
        "inv_00000000-0000-0000-0000-0000000000", "inv_0１h2xcejqtf2nbrexx3vqjhp4",
    ])
    func `anything but what an identifier prints is refused`(text: String) {
        #expect(ID<Invoice>(text) == nil)
    }

    @Test func `every text that is read is printed again as it was`() {
        #expect(ID<Invoice>(IDTests.sample)?.text == IDTests.sample)
    }

    @Test func `every kind of thing has a prefix of its own`() {
        let prefixes = [
            Customer.idPrefix, User.idPrefix, PortalSession.idPrefix, RefreshFamily.idPrefix,
            Plan.idPrefix, Price.idPrefix, Order.idPrefix, OrderItem.idPrefix, Invoice.idPrefix,
            InvoiceLine.idPrefix, Payment.idPrefix, Refund.idPrefix, LedgerAccount.idPrefix,
            LedgerTransaction.idPrefix, Subscription.idPrefix, License.idPrefix,
            DomainRecord.idPrefix, DomainOperation.idPrefix, Server.idPrefix,
            HostingAccount.idPrefix, APIKey.idPrefix, Job.idPrefix, Mail.idPrefix,
            OneTimeToken.idPrefix,
        ]
        #expect(Set(prefixes).count == prefixes.count)
        #expect(prefixes.allSatisfy { $0.utf8.count == 3 })
    }
}
