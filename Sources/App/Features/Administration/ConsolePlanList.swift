import Core
import Postgres
import Support
import Web

/// The plans in an order that somebody chooses. There are few, so they are sorted here.
struct PlanFilter: ListFilter {
    var sorting: Sorting<PlanColumn>
    let currency: Currency

    init(_ request: Request, _ services: Services) {
        sorting = Sorting(request)
        currency = services.configuration.currency
    }

    static let name = ListName.consolePlans
    static let file: [FileColumn<PlanRecord>] =
        [
            FileColumn("Plan") { $0.id.text },
            FileColumn("Name") { $0.name },
            FileColumn("Name in addresses") { $0.slug },
            FileColumn("For sale") { $0.isActive ? "yes" : "no" },
        ]
        + BillingCycle.allCases.map { cycle in
            FileColumn(cycle.label) { $0.price(cycle)?.amount.decimalText ?? "" }
        }
        + [FileColumn("Currency") { $0.prices.first?.amount.currency.code ?? "" }]
        + LicensedResource.allCases.map { resource in
            FileColumn(resource.label) { $0.quotas[resource].map { String($0) } ?? "" }
        }

    var isActive: Bool { false }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [PlanRecord] {
        let plans = try session.plans(onlyActive: false, currency: currency)
        let ascending =
            switch sorting.column {
            case .position: plans
            case .name: plans.sorted { ($0.name, $0.slug) < ($1.name, $1.slug) }
            case .monthly: sorted(plans, by: .monthly)
            case .yearly: sorted(plans, by: .yearly)
            }
        return part(
            sorting.isDescending ? ascending.reversed() : ascending,
            after: place,
            most: most
        )
    }

    /// What is not sold for a cycle stands after what is.
    private func sorted(_ plans: [PlanRecord], by cycle: BillingCycle) -> [PlanRecord] {
        func key(_ plan: PlanRecord) -> (Int64, String) {
            (plan.price(cycle)?.amount.minorUnits ?? .max, plan.slug)
        }
        return plans.sorted { key($0) < key($1) }
    }

    func place(of row: PlanRecord) -> [String] { ["", row.id.text] }
}

/// What plans can be sorted by.
enum PlanColumn: String, SortColumn {
    /// As customers see them.
    case position
    case name, monthly, yearly

    static let standard = Sorting(PlanColumn.position)
}
