import Core
import Foundation
import Postgres
import Support
import Web

/// All tax rules in an order.
struct TaxRuleFilter: Sendable {
    var sorting = TaxRuleColumn.standard
    /// The moment at which the page says how each stands.
    let now: Date
}

/// What tax rules can be sorted by.
enum TaxRuleColumn: String, StoredSortColumn {
    case made, tax, place, rate, from, until

    static let standard = Sorting(TaxRuleColumn.made, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .made: nil
        case .tax: .text("component")
        case .place: .text("concat(country, ' ', region)")
        case .rate: .number("rate")
        case .from: .last("valid_from")
        case .until: .end("valid_to")
        }
    }
}

extension TaxRuleFilter: ListFilter {
    static let name = ListName.consoleTaxRules

    var isActive: Bool { false }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [TaxRuleRecord] {
        try session.taxRules(self, after: place, most: most)
    }

    func place(of row: TaxRuleRecord) -> [String] {
        let rule = row.rule
        let value =
            switch sorting.column {
            case .made: ""
            case .tax: rule.component
            case .place: "\(rule.place.country) \(rule.place.region ?? "")"
            case .rate: String(rule.rate.inMillionths)
            case .from: rule.validFrom?.date.cursorKey ?? ""
            case .until: rule.validTo?.date.cursorKey ?? ""
            }
        return [value, row.id.uuid.uuidString]
    }
}

extension Session {
    /// The rules that hold at an instant or will, the older first.
    func taxRules(since now: Date) throws -> [TaxRuleRecord] {
        try all(
            """
            SELECT \(TaxRuleRecord.columns) FROM tax_rules
            WHERE valid_to IS NULL OR valid_to > \(now) ORDER BY id
            """,
            TaxRuleRecord.init(row:)
        )
    }

    /// Rules in an order that somebody chooses, those after a place when paging.
    func taxRules(
        _ filter: TaxRuleFilter,
        after place: [String]?,
        most: Int
    ) throws -> [TaxRuleRecord] {
        try all(
            """
            SELECT \(TaxRuleRecord.columns) FROM tax_rules
            WHERE \(filter.sorting.isAfter(place)) ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            TaxRuleRecord.init(row:)
        )
    }

    func taxRule(_ id: ID<StoredTaxRule>) throws -> TaxRuleRecord? {
        try first(
            "SELECT \(TaxRuleRecord.columns) FROM tax_rules WHERE id = \(id.uuid) FOR UPDATE",
            TaxRuleRecord.init(row:)
        )
    }

    /// Keeps others from making or ending rules until the transaction ends.
    func lockTaxRules() throws {
        try run("LOCK TABLE tax_rules IN SHARE ROW EXCLUSIVE MODE")
    }

    func store(_ rule: TaxRule, as id: ID<StoredTaxRule>, now: Date) throws {
        try run(
            """
            INSERT INTO tax_rules (
                id, component, country, region, product, rate, is_compound, valid_from, valid_to,
                created_at
            ) VALUES (
                \(id.uuid), \(rule.component), \(rule.place.country), \(rule.place.region),
                \(rule.product?.rawValue), \(rule.rate.inMillionths), \(rule.isCompound),
                \(rule.validFrom?.date), \(rule.validTo?.date), \(now)
            )
            """
        )
    }

    func setEnd(of rule: ID<StoredTaxRule>, to end: Date) throws {
        try run("UPDATE tax_rules SET valid_to = \(end) WHERE id = \(rule.uuid)")
    }

    func removeTaxRule(_ id: ID<StoredTaxRule>) throws {
        try run("DELETE FROM tax_rules WHERE id = \(id.uuid)")
    }
}

extension TaxRuleRecord {
    fileprivate static let columns: SQL = """
        id, component, country, region, product, rate, is_compound, valid_from, valid_to, created_at
        """

    fileprivate init(row: Row) throws {
        let product = try row.optional("product", as: String.self)
        self.init(
            id: try row.id("id"),
            rule: try TaxRule(
                try row.get("component"),
                TaxPlace(try row.get("country"), region: try row.optional("region")),
                rate: .millionths(try row.get("rate")),
                product: try product.map {
                    try TaxedProduct(rawValue: $0).orThrow(UnreadableColumn("product"))
                },
                isCompound: try row.get("is_compound"),
                validFrom: try row.instant("valid_from"),
                validTo: try row.instant("valid_to")
            ),
            createdAt: try row.get("created_at")
        )
    }
}

extension Row {
    /// A moment that may be absent, in whole seconds.
    func instant(_ column: String) throws -> Instant? {
        try optional(column, as: Date.self).map { Instant($0) }
    }
}
